using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Live;

/// <summary>Asking the registry beside the evaluator.</summary>
public sealed class SeriesResolverTests
{
    [Fact(Timeout = 30_000)]
    public async Task Ask_TheRegistryFails_TheNextQuestionIsAnswered()
    {
        var clock = new FakeTimeProvider();
        var queue = new SampleQueue(16);
        using var resolver = new SeriesResolver(new FailsOnce(), queue, clock, NullLogger<SeriesResolver>.Instance);
        await resolver.StartAsync(TestContext.Current.CancellationToken);
        resolver.Ask([1]);
        while (resolver.IsAvailable)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        resolver.Ask([2]);
        SeriesResolution? answer;
        while (!resolver.TryTake(out answer))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(2, Assert.Single(answer!.Series).Id);
        await resolver.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task Ask_TheRegistryFailsAndNobodyAsksAgain_IsAskedUntilItAnswers()
    {
        var clock = new FakeTimeProvider();
        using var resolver = new SeriesResolver(new FailsOnce(), new SampleQueue(16), clock, NullLogger<SeriesResolver>.Instance);
        await resolver.StartAsync(TestContext.Current.CancellationToken);
        resolver.Ask([1]);
        SeriesResolution? answer;
        while (!resolver.TryTake(out answer))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1, Assert.Single(answer!.Series).Id);
        while (!resolver.IsAvailable)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await resolver.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FailsOnce : ISeriesCatalog
    {
        private bool _failed;

        public Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
        {
            if (_failed) return Task.FromResult(new SeriesResolution(Guid.Empty, [.. ids.Select(id => new ResolvedSeries(id, "m", LabelSet.Empty, "1", MetricKind.Gauge))]));
            _failed = true;
            throw new InvalidOperationException("not this one");
        }
    }
}
