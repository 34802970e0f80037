using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Backtests;

/// <summary>One alert of a backtest.</summary>
/// <param name="Labels">The group's labels and the rule's.</param>
/// <param name="PendingSince">When the condition began to hold.</param>
/// <param name="FiringSince">When it fired.</param>
/// <param name="ResolvedAt">When it was over; null when it still fired at the end.</param>
/// <param name="Value">The value when it fired.</param>
public sealed record BacktestAlert(
    LabelSet Labels,
    DateTimeOffset PendingSince,
    DateTimeOffset FiringSince,
    DateTimeOffset? ResolvedAt,
    [property: JsonConverter(typeof(DoubleJsonConverter))] double Value);
