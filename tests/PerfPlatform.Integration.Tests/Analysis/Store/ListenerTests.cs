using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What happens around a commit: ids, listeners, the announcement, and requests that cannot be written.</summary>
public sealed class ListenerTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;
    private static readonly SeriesDescriptor Series = SeriesDescriptor.Of("queue.size", LabelSet.Of(("host.name", "web-1")));

    [Fact]
    public async Task Write_OfLabelledSeries_ListenersGetIdAndLabelsAndIntakeIsTold()
    {
        await using var database = await servers.DatabaseAsync();
        var listener = new Recorder();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, services => services.AddSingleton<ISampleListener>(listener));
        await store.ReadyAsync();
        var announced = new ConcurrentQueue<SeriesRegistered>();
        var handle = store.Services.GetRequiredService<IBus>().ConnectReceiveEndpoint("told", endpoint => endpoint.Handler<SeriesRegistered>(context =>
        {
            announced.Enqueue(context.Message);
            return Task.CompletedTask;
        }));
        await handle.Ready;

        await store.WriteAsync(Series, (Start, 1));

        await Wait.ForAsync("the listener was told", () => !listener.Batches.IsEmpty);
        var batch = Assert.Single(listener.Batches);
        var registry = store.Services.GetRequiredService<SeriesRegistry>();
        Assert.Equal((1, Series, registry.Epoch), (batch.Series[0].Id, batch.Series[0].Descriptor, batch.Epoch));
        await Wait.ForAsync("intake was told", () => !announced.IsEmpty);
        var message = Assert.Single(announced);
        Assert.Equal((registry.Epoch, 1, Series.Fingerprint), (message.Epoch, message.Ids[0], Fingerprint.Read(message.Fingerprints)));

        // By its id alone, and once more labelled: announced again.
        await store.Sink.WriteAsync([SampleBatch.Of(registry.Epoch, store.NextStamp(), 0, [(1, null, [(Start + 1, 2)])])], CancellationToken.None);
        await store.WriteAsync(Series, (Start + 2, 3));
        await Wait.ForAsync("intake was told again", () => announced.Count == 2);
        Assert.Equal(3, (await store.RawAsync("queue.size", Start, Start + 10)).Count);
    }

    [Fact]
    public async Task Write_WithAnUnknownIdOrEpoch_IsRefusedAloneAndTheEpochIsAnnounced()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        await store.WriteAsync(Series, (Start, 1));
        var epoch = store.Services.GetRequiredService<SeriesRegistry>().Epoch;
        SampleBatch ById(Guid e, int id) => SampleBatch.Of(e, store.NextStamp(), 0, [(id, null, [(Start + 1, 2)])]);

        var unknownId = store.Sink.WriteAsync([ById(epoch, 999)], CancellationToken.None);
        var otherEpoch = store.Sink.WriteAsync([ById(Guid.NewGuid(), 1)], CancellationToken.None);
        var good = store.WriteAsync(Series, (Start + 2, 3));

        await Assert.ThrowsAsync<SinkUnavailableException>(() => unknownId);
        await Assert.ThrowsAsync<SinkUnavailableException>(() => otherEpoch);
        await good;
        Assert.Equal([(Start, 1), (Start + 2, 3)], await store.RawAsync("queue.size", Start, Start + 10));
    }

    [Fact]
    public async Task Write_WithIdsFromBeforeARestore_IsTakenWhereTheBackupHadThem()
    {
        await using var database = await servers.DatabaseAsync();
        Guid before;
        await using (var store = await StoreHost.StartAsync(database.ConnectionString))
        {
            await store.WriteAsync(Series, (Start, 1));
            before = store.Services.GetRequiredService<SeriesRegistry>().Epoch;
        }

        await using (var source = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false"))
        await using (var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken)) await RestoredRegistry.BeginEpochAsync(connection, CancellationToken.None);
        await using var restored = await StoreHost.StartAsync(database.ConnectionString);
        await restored.WriteAsync("queue.length", "new", (Start, 5));
        SampleBatch ById(int id) => SampleBatch.Of(before, restored.NextStamp(), 0, [(id, null, [(Start + 1, 2)])]);

        await restored.Sink.WriteAsync([ById(1)], CancellationToken.None);
        var other = await Assert.ThrowsAsync<SinkUnavailableException>(() => restored.Sink.WriteAsync([ById(2)], CancellationToken.None));

        Assert.True(other.IsFinal);
        Assert.Equal([(Start, 1), (Start + 1, 2)], await restored.RawAsync("queue.size", Start, Start + 10));
        Assert.Equal([(Start, 5)], await restored.RawAsync("queue.length", Start, Start + 10));
    }

    [Fact]
    public async Task Write_ThatNoDatabaseCouldTake_IsTurnedAwayAtOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);

        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync("queue.size", "a\0b", (Start, 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync("queue.size", "web-1", (long.MaxValue, 1)));
    }

    [Fact]
    public async Task Write_MoreThanTheQueueTakes_IsRefusedNotDropped()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:QueueBytes", "2000"));
        var random = new Random(3);
        var writes = Enumerable.Range(0, 50).Select(i => Task.Run(() => store.WriteAsync(Series, [.. Enumerable.Range(0, 50).Select(j => (Start + (i * 50) + j, random.NextDouble()))]))).ToList();

        var results = await Task.WhenAll(writes.Select(async w =>
        {
            try
            {
                await w;
                return true;
            }
            catch (SinkUnavailableException)
            {
                return false;
            }
        }));

        Assert.Contains(false, results);
        Assert.Equal(results.Count(r => r) * 50, (await store.RawAsync("queue.size", Start, Start + 10_000)).Count);
    }

    private sealed class Recorder : ISampleListener
    {
        public ConcurrentQueue<SampleBatch> Batches { get; } = new();

        public void OnSamples(SampleBatch batch, ActivityContext trace) => Batches.Enqueue(batch);
    }
}
