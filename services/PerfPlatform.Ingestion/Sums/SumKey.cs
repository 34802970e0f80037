using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Sums;

/// <summary>What a running sum is of.</summary>
/// <param name="Series">The series.</param>
/// <param name="IsBuckets">Whether it is of all buckets of an exponential histogram; the series is that of its count then.</param>
internal readonly record struct SumKey(Fingerprint Series, bool IsBuckets);
