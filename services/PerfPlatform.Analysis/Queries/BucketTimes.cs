using System.Collections;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The starts of a question's buckets; one for all lines of its answer.</summary>
internal sealed class BucketTimes(RangePlan plan) : IReadOnlyList<long>
{
    /// <inheritdoc />
    public int Count { get; } = (int)plan.Buckets;

    /// <inheritdoc />
    public long this[int index] =>
        (uint)index < (uint)Count ? plan.FirstBucket + (index * plan.Step) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc />
    public IEnumerator<long> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
