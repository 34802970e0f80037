using System.ComponentModel;

namespace PerfPlatform.Ingestion.Cardinality;

/// <summary>What series there are, of whom, and what makes them many.</summary>
/// <param name="At">When it was counted.</param>
/// <param name="Series">Active series: those that came within <c>Ingestion:SeriesIdleTime</c>.</param>
/// <param name="Limit">How many intake remembers at a time.</param>
/// <param name="Labels">The labels with most values.</param>
/// <param name="Metrics">The metrics with most series.</param>
/// <param name="Keys">The same for each key, those with most series first.</param>
public sealed record CardinalityReport(
    DateTimeOffset At, int Series, int Limit, IReadOnlyList<LabelCardinality> Labels, IReadOnlyList<MetricCardinality> Metrics, IReadOnlyList<KeyCardinality> Keys);

/// <summary>The series of one key.</summary>
/// <param name="Key">The key's id, a user, or <c>scrape:</c> and a job.</param>
/// <param name="Name">What a person called the key.</param>
/// <param name="Series">How many active series it has.</param>
/// <param name="Limit">How many it may have.</param>
/// <param name="Refusals">How often a new series was refused since the start.</param>
/// <param name="RefusedSeries">About how many different series these were.</param>
/// <param name="Clock">How far its samples' times lie from their receipt; null before it sends.</param>
/// <param name="Labels">The labels with most values.</param>
/// <param name="Metrics">The metrics with most series.</param>
public sealed record KeyCardinality(
    string Key, string Name, int Series, int Limit, long Refusals, long RefusedSeries, ClockSkew? Clock,
    IReadOnlyList<LabelCardinality> Labels, IReadOnlyList<MetricCardinality> Metrics);

/// <summary>A label and how many values it has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">About how many values active series have.</param>
/// <param name="LastHour">About how many of them came with series of the last hour.</param>
/// <param name="Series">How many series have it.</param>
/// <param name="Examples">Some values.</param>
public sealed record LabelCardinality(string Name, [property: Description("Off by about 2 %")] long Values, long LastHour, int Series, IReadOnlyList<string> Examples);

/// <summary>A metric and how many series it has.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Series">How many active series it has.</param>
public sealed record MetricCardinality(string Metric, int Series);

/// <summary>How far the times of a sender's samples lie from their receipt.</summary>
/// <param name="SkewSeconds">The newest sample's time less its receipt, median of the last 64 requests: positive where the sender's clock is ahead.</param>
/// <param name="LastReceived">When it sent last.</param>
public sealed record ClockSkew(double SkewSeconds, DateTimeOffset LastReceived);
