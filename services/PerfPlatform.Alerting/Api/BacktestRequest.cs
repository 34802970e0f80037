using System.ComponentModel;
using System.Text.Json.Serialization;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Api;

/// <summary>Body of <c>POST /api/v1/alerts/rules/backtest</c>.</summary>
public sealed record BacktestRequest
{
    [Description("The rule; it is not kept.")]
    public required RuleDefinition Rule { get; init; }

    [Description("The start of the period.")]
    [JsonConverter(typeof(TimeTextJsonConverter))]
    public string From { get; init; } = "now-24h";

    [Description("Its end.")]
    [JsonConverter(typeof(TimeTextJsonConverter))]
    public string To { get; init; } = "now";
}
