using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Head;

/// <summary>The newest sample of a series, wherever in memory it is, compared with all samples that ever came.</summary>
public sealed class NewestSampleTests
{
    private const int Series = 4;

    [Property(MaxTest = 300)]
    public void ReadLatest_AnyBatchesFreezesAndDrops_IsTheNewestThatCame(int seed)
    {
        var random = new Random(seed);
        var latest = new LatestSamples();
        var head = new PartitionHead(new SlabPool(0), latest);
        var frozen = new Queue<Generation>();
        var expected = new LatestSample?[Series];
        for (var step = 0; step < 60; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    frozen = new Queue<Generation>(head.Freeze());
                    break;
                case 1 when frozen.TryDequeue(out var oldest):
                    head.Drop(oldest);
                    break;
                case 2 when random.Next(5) == 0:
                    head.Clear();
                    frozen.Clear();
                    break;
                default:
                    head.Append(Batch(random, step, expected), step);
                    break;
            }

            Assert.Equal(expected, Read(head, latest));
        }
    }

    [Fact]
    public void ReadLatest_NothingCame_IsMissing()
    {
        var latest = new LatestSamples();
        var missing = new List<int>();
        var samples = new LatestSample?[1];
        new PartitionHead(new SlabPool(0), latest).ReadLatest([7], samples);
        latest.Read([7], samples, missing);
        Assert.Null(samples[0]);
        Assert.Equal([7], missing);
    }

    private static LatestSample?[] Read(PartitionHead head, LatestSamples latest)
    {
        int[] ids = [.. Enumerable.Range(1, Series)];
        var samples = new LatestSample?[Series];
        head.ReadLatest(ids, samples);
        latest.Read(ids, samples, []);
        return samples;
    }

    // Mostly in order, as senders are; sometimes late, twice at one time, or of a stamp that was overtaken.
    private static SampleBatch Batch(Random random, int step, LatestSample?[] expected)
    {
        var stamp = new BatchStamp(random.Next(4) == 0 ? random.Next(60) : step, 1, step);
        var series = Enumerable.Range(1, Series).Where(_ => random.Next(3) > 0).DefaultIfEmpty(1).Select(id =>
        {
            var samples = Enumerable.Range(0, random.Next(1, 12)).Select(_ => (Time: random.Next(5) == 0 ? random.NextInt64(100) : step + random.NextInt64(2), Value: random.NextDouble())).ToList();
            foreach (var (time, value) in samples)
            {
                var sample = new LatestSample(time, value, stamp);
                if (expected[id - 1] is not { } known || !IsAbove(known, sample)) expected[id - 1] = sample;
            }

            return (id, (SeriesDescriptor?)null, (IReadOnlyList<(long, double)>)samples);
        });
        return SampleBatch.Of(Guid.Empty, stamp, 0, [.. series]);
    }

    private static bool IsAbove(LatestSample one, LatestSample other) => one.Time != other.Time ? one.Time > other.Time : one.Stamp.CompareTo(other.Stamp) > 0;
}
