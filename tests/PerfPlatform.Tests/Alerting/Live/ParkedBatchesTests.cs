using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Live;

/// <summary>Batches with series that nobody knows yet.</summary>
public sealed class ParkedBatchesTests
{
    private const long Now = 1_700_000_000_000;
    private const long ParkFor = 30_000;
    private readonly SampleQueue _queue = new(16);

    [Fact]
    public void Work_NobodyTellsWhoTheyAre_TheStoreIsAskedForThem()
    {
        using var resolver = Resolver();
        var parked = Parked(resolver, capacity: 16);
        parked.Take(Batch(Now - 500), Now);
        parked.Work(Now + ParkFor - 1);
        Assert.Equal((1, null), (parked.Count, _queue.TakeGap()));
        parked.Work(Now + ParkFor);
        Assert.Equal((0, Now - 500), (parked.Count, _queue.TakeGap()));
    }

    [Fact]
    public void Take_MoreThanThereIsRoomFor_TheStoreIsAskedForTheOldest()
    {
        using var resolver = Resolver();
        var parked = Parked(resolver, capacity: 2);
        for (var i = 0; i < 3; i++) parked.Take(Batch(Now + i), Now + i);
        Assert.Equal((2, Now), (parked.Count, _queue.TakeGap()));
    }

    private static SampleBatch Batch(long time) => SampleBatch.Of(Guid.Empty, default, 0, (5, null, [(time, 1)]));

    private SeriesResolver Resolver() => new(new NobodyKnows(), _queue, new FakeTimeProvider(), NullLogger<SeriesResolver>.Instance);

    private ParkedBatches Parked(SeriesResolver resolver, int capacity) => new(new EvaluationEngine(new EngineLimits()), resolver, _queue, capacity, ParkFor);

    private sealed class NobodyKnows : ISeriesCatalog
    {
        public Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken) => throw new HttpRequestException("away");
    }
}
