namespace PerfPlatform.Web.Senders;

/// <summary>What the page shows of <c>GET /api/v1/admin/cardinality</c>.</summary>
/// <param name="Series">Active series.</param>
/// <param name="Limit">How many intake remembers at a time.</param>
/// <param name="Keys">Senders, those with most series first.</param>
public sealed record Cardinality(int Series, int Limit, IReadOnlyList<Sender> Keys);

/// <summary>Who sends, by key.</summary>
/// <param name="Key">The key's id, a user, or <c>scrape:</c> and a job.</param>
/// <param name="Name">What a person called the key.</param>
/// <param name="Series">How many active series it has.</param>
/// <param name="Limit">How many it may have.</param>
/// <param name="RefusedSeries">About how many series were refused.</param>
/// <param name="Clock">How far its clock is off; null before it sends.</param>
/// <param name="Labels">The labels with most values.</param>
/// <param name="Metrics">The metrics with most series.</param>
public sealed record Sender(
    string Key, string Name, int Series, int Limit, long RefusedSeries, SenderClock? Clock, IReadOnlyList<LabelCount> Labels, IReadOnlyList<MetricCount> Metrics);

/// <summary>A sender's clock.</summary>
/// <param name="SkewSeconds">Positive where it is ahead.</param>
/// <param name="LastReceived">When it sent last.</param>
public sealed record SenderClock(double SkewSeconds, DateTimeOffset LastReceived);

/// <summary>A label and how many values it has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">About how many values.</param>
/// <param name="LastHour">How many of them came in the last hour.</param>
/// <param name="Examples">Some values.</param>
public sealed record LabelCount(string Name, long Values, long LastHour, IReadOnlyList<string> Examples);

/// <summary>A metric and how many series it has.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Series">How many.</param>
public sealed record MetricCount(string Metric, int Series);
