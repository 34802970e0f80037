using System.ComponentModel;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Rules;

/// <summary>An alert rule as a person writes it (body of POST and PUT).</summary>
public record RuleDefinition
{
    [Description("What a person calls it; 1 to 200 characters. Notifications are grouped by it.")]
    public string Name { get; init; } = "";

    [Description("The metric's exact name.")]
    public string Metric { get; init; } = "";

    [Description("Label filters, all of which must pass, for example host.name~web-.*")]
    public IReadOnlyList<string> Match { get; init; } = [];

    [Description("One alert per group of these labels; absent: one alert per series.")]
    public IReadOnlyList<string>? By { get; init; }

    [Description("Across the series of a group; absent: sum for sum and count and for ratios of rates and increases, min for min and timeTo, max for max and the percentiles, else avg. The buckets of histograms are added first, unless it is avg, min or max.")]
    public Reduction? Reduce { get; init; }

    [Description("Before anything else, on each raw series, for counters: rate (per second), increase or delta.")]
    public SeriesFunction? Fn { get; init; }

    [Description("How the samples in the window become one value. p50, p95 and p99 of a histogram: of its base name, out of how much its buckets grew. timeTo: seconds until the series reaches target along its line.")]
    public RuleAggregation Agg { get; init; } = RuleAggregation.Avg;

    [Description("timeTo only: the value that is to be reached.")]
    public double? Target { get; init; }

    [Description("timeTo only: the value from which on, towards the target, it counts; before it there is no hurry and the time is infinite.")]
    public double? Level { get; init; }

    [Description("Another metric, or the same one: the value is divided by that metric's value in the same group; needs by. Window, fn and agg hold for both.")]
    public string? DivideBy { get; init; }

    [Description("Label filters of the divisor; absent: those of match.")]
    public IReadOnlyList<string>? DivideMatch { get; init; }

    [Description("How far back samples count; 1s to 1d. For absent: how long no sample must have come.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    [Description("> >= < <= == !=")]
    public string Condition { get; init; } = ">";

    [Description("What the value is held against.")]
    public double? Threshold { get; init; }

    [Description("While it fires: the value that it must pass back over to resolve; absent: the threshold.")]
    public double? ResolveThreshold { get; init; }

    [Description("How long the condition must hold before the alert fires.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan For { get; init; } = TimeSpan.Zero;

    [Description("How long it goes on firing after the condition is over.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan KeepFiringFor { get; init; } = TimeSpan.Zero;

    [Description("info, warning or critical.")]
    public Severity Severity { get; init; } = Severity.Warning;

    [Description("threshold or absent.")]
    public RuleKind Kind { get; init; } = RuleKind.Threshold;

    [Description("Labels added to the alerts of the rule.")]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    [Description("Texts, with {{value}}, {{threshold}}, {{labels.host.name}} filled in; formats: {{value:percent}}, {{value:bytes}}, {{value:duration}}, {{value:0.00}}.")]
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    [Description("false: not evaluated.")]
    public bool Enabled { get; init; } = true;
}
