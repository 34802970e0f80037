using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>While samples move from memory into segments a query sees each of them once: none missing, none twice.</summary>
public sealed class FlushConsistencyTests(ServersFixture servers)
{
    private static readonly long Start = TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds(); // recent, so that memory takes part
    private const int Batches = 400;
    private const int SamplesABatch = 50;

    [Fact]
    public async Task Query_WhileWritingAndFlushing_CountNeverDropsAndEndsExact()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:Partitions", "3"), ("Analysis:Store:FlushInterval", "00:00:00.050"));
        var series = Enumerable.Range(0, 9).Select(i => SeriesDescriptor.Of("requests", LabelSet.Of(("host.name", $"web-{i}")))).ToArray();
        var acknowledged = 0L;
        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var i = writer; i < Batches; i += 3)
            {
                var one = series[i % series.Length];
                var samples = Enumerable.Range(0, SamplesABatch).Select(j => (Start + (((i / series.Length * SamplesABatch) + j) * 1000L), (double)j)).ToArray();
                var batch = SampleBatch.Of(Guid.Empty, store.NextStamp(), one.Fingerprint.Partition(3), [(0, one, samples)]);
                await store.Sink.WriteAsync([batch], CancellationToken.None);
                Interlocked.Add(ref acknowledged, SamplesABatch);
            }
        })).ToArray();

        var done = Task.WhenAll(writers);
        var (rounds, before) = (0, 0L);
        while (!done.IsCompleted || rounds < 5)
        {
            var least = Interlocked.Read(ref acknowledged);
            var counted = await CountAsync(store);
            Assert.True(counted >= least, $"{least} samples were acknowledged before the query, it counts {counted}.");
            Assert.True(counted >= before, $"It counted {before} before and {counted} now.");
            Assert.True(counted <= Batches * SamplesABatch, $"It counts {counted} of {Batches * SamplesABatch}.");
            (before, rounds) = (counted, rounds + 1);
        }

        await done;
        Assert.Equal(Batches * SamplesABatch, await CountAsync(store));
        await Wait.ForAsync("everything is in segments", () => store.Services.GetService(typeof(PartitionSet)) is PartitionSet { InboxRows: 0 });
        Assert.Equal(Batches * SamplesABatch, await CountAsync(store));
    }

    private static async Task<long> CountAsync(StoreHost store)
    {
        var result = await store.Queries.QueryAsync(
            new RangeQuery
            {
                Selector = SeriesSelector.Of("requests"),
                From = DateTimeOffset.FromUnixTimeMilliseconds(Start),
                To = DateTimeOffset.FromUnixTimeMilliseconds(Start + 86_400_000),
                Step = TimeSpan.FromHours(1),
                Aggregation = Aggregation.Count,
                Reduction = Reduction.Sum,
            }, CancellationToken.None);
        return (long)result.Series.Sum(s => s.Values.Sum(v => v ?? 0));
    }
}
