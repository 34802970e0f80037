using System.Text.Json;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Components.Charts;

/// <summary>One query of a chart, as the browser asks it of the API; its answer may be several lines.</summary>
/// <param name="Metric">The metric's exact name.</param>
/// <param name="Match">Label filters.</param>
public sealed record ChartQuery(string Metric, params IReadOnlyList<string> Match)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>rate, increase or delta.</summary>
    public string? Fn { get; init; }

    /// <summary>Within a step.</summary>
    public string? Agg { get; init; }

    /// <summary>Labels that give a line each.</summary>
    public IReadOnlyList<string>? By { get; init; }

    /// <summary>Across the series of a line.</summary>
    public string? Reduce { get; init; }

    /// <summary>The host of a signal.</summary>
    public string? Host { get; init; }

    /// <summary>A signal in the place of a metric: the server computes it, whoever measures the host.</summary>
    public HostSignal? Signal { get; init; }

    /// <summary>A line for each device of the host.</summary>
    public bool? Devices { get; init; }

    /// <summary>What the legend calls its lines.</summary>
    public string? Name { get; init; }

    /// <summary>The label whose value the legend shows; null for those that differ.</summary>
    public string? Legend { get; init; }

    /// <summary>Drawn below zero on purpose and told without a sign, for example what is sent beside what is received.</summary>
    public bool? Mirrored { get; init; }

    internal static string Write(IEnumerable<ChartQuery> queries) => JsonSerializer.Serialize(queries, Json);
}
