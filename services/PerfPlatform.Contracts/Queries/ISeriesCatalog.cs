using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>The registry's answers for consumers of batches that meet an id they do not know.</summary>
public interface ISeriesCatalog
{
    /// <summary>The series of these ids, of which unknown ones are left out, and the epoch they belong to. At most 10,000 ids.</summary>
    Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken);
}

/// <summary>What the registry knows of ids.</summary>
/// <param name="Epoch">The registry's epoch.</param>
/// <param name="Series">Those known.</param>
public sealed record SeriesResolution(Guid Epoch, IReadOnlyList<ResolvedSeries> Series);

/// <summary>A series by its id.</summary>
/// <param name="Id">The registry's id.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">The labels that identify it.</param>
/// <param name="Unit">UCUM, empty when unknown.</param>
/// <param name="Kind">What its values are.</param>
public sealed record ResolvedSeries(int Id, string Metric, LabelSet Labels, string Unit, MetricKind Kind);
