using System.Text.Json;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Components.Charts;

/// <summary>
/// A current value, kept up to date by the browser: of a selection of series, or of a <see cref="Signal"/> of a <see cref="Host"/> that the server computes.
/// </summary>
/// <param name="Metric">The metric's exact name; null for a signal.</param>
/// <param name="Match">Label filters.</param>
public sealed record Reading(string? Metric, params IReadOnlyList<string> Match)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>rate for counters.</summary>
    public string? Fn { get; init; }

    /// <summary>Across the series: sum, max, min or avg.</summary>
    public string? Reduce { get; init; }

    /// <summary>Seconds: over which a counter's growth is measured, and after which a value is too old to show.</summary>
    public int? Window { get; init; }

    /// <summary>The host of a signal.</summary>
    public string? Host { get; init; }

    /// <summary>The signal.</summary>
    public HostSignal? Signal { get; init; }

    /// <inheritdoc />
    public override string ToString() => JsonSerializer.Serialize(this, Json);
}
