using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A series that rules watch.</summary>
/// <param name="Fingerprint">Its identity.</param>
/// <param name="Bindings">The groups that watch it: at most two a rule.</param>
public sealed record WatchedSeries(Fingerprint Fingerprint, List<GroupSeries> Bindings);
