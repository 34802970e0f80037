using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Head;

public sealed class HeadPartsTests
{
    private static readonly BatchStamp Early = new(100, uint.MaxValue, 1), Late = new(200, 3, long.MaxValue);

    [Fact]
    public void Read_WhatWasWritten_HasSamplesAndStamps()
    {
        using var read = new HeadSnapshot();
        HeadParts.Read(HeadParts.Write(Snapshot(), [5, 6, 7], 0, 100), read);
        Assert.Equal([(10, 1.5, Early), (20, double.NegativeZero, Late), (20, double.PositiveInfinity, Early)], Samples(read, 5));
        Assert.Equal([(30, double.NaN, Late)], Samples(read, 7));
        Assert.Empty(read[6]);
        Assert.Equal(Late, read.Newest(5)!.Value.Stamp);
    }

    [Fact]
    public void Write_Range_LeavesOutWhatIsOutside()
    {
        using var read = new HeadSnapshot();
        HeadParts.Read(HeadParts.Write(Snapshot(), [5, 7], 11, 30), read);
        Assert.Equal([20L, 20], Samples(read, 5).Select(s => s.Time));
        Assert.Empty(read[7]);
    }

    [Fact]
    public void Read_CutOffAnywhere_IsRefused()
    {
        var bytes = HeadParts.Write(Snapshot(), [5, 7], 0, 100);
        using var whole = new HeadSnapshot();
        HeadParts.Read(bytes, whole);
        for (var length = 0; length < bytes.Length; length++)
        {
            // At the end of a series what is there is whole.
            using var read = new HeadSnapshot();
            try
            {
                HeadParts.Read(bytes.AsSpan(0, length), read);
                Assert.True(read.Slices.Count() < whole.Slices.Count());
            }
            catch (InvalidDataException)
            {
                continue;
            }
        }

        Assert.Throws<InvalidDataException>(() => HeadParts.Read([9, 0, 0, 0, 0], whole));
    }

    private static HeadSnapshot Snapshot()
    {
        var generation = new Generation(new SlabPool(0), default);
        generation.Append(Batch(Early, (5, 10, 1.5), (5, 20, double.PositiveInfinity)), 1);
        generation.Append(Batch(Late, (5, 20, double.NegativeZero), (7, 30, double.NaN)), 2);
        var snapshot = new HeadSnapshot();
        snapshot.Take(generation, [5, 6, 7]);
        return snapshot;
    }

    private static SampleBatch Batch(BatchStamp stamp, params (int Id, long Time, double Value)[] samples) => SampleBatch.Of(
        Guid.Empty, stamp, 0, [.. samples.GroupBy(s => s.Id).Select(g => (g.Key, (SeriesDescriptor?)null, g.Select(s => (s.Time, s.Value)).ToArray()))]);

    private static List<(long Time, double Value, BatchStamp Stamp)> Samples(HeadSnapshot head, int id)
    {
        var all = new List<(long, double, BatchStamp)>();
        foreach (var slice in head[id])
        {
            var samples = new HeadSample[slice.Count];
            slice.Buffer.CopyTo(samples, slice.Count);
            all.AddRange(samples.Select(s => (s.Time, s.Value, slice.Stamps[s.Batch])));
        }

        return [.. all.OrderBy(s => s.Item1).ThenByDescending(s => s.Item3)];
    }
}
