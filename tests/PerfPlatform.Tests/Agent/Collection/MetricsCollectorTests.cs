using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Agent;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;
using PerfPlatform.Tests.Agent.Otlp;
using Xunit;

namespace PerfPlatform.Tests.Agent.Collection;

/// <summary>Start, stop, interval and failures of collection.</summary>
public sealed class MetricsCollectorTests : IAsyncDisposable
{
    private static readonly MetricHead Head = MetricHead.Gauge("m", "1");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
    private readonly AgentCounters _counters = new();
    private readonly Outlet _outlet = new();
    private readonly Probe _probe = new();
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() =>
        _collector = new MetricsCollector([_probe, new Steady()], new MetricWriter([("host.name", "a")], "1"), _outlet, _counters, TimeSpan.FromSeconds(1), _clock);

    [Fact]
    public async Task Start_ManyIntervals_CollectsAtStartPlusNTimesInterval()
    {
        _collector.Start();
        // 250 steps of 0.3 s: no step falls on a second, and still no second is lost or shifted.
        for (var step = 1; step <= 250; step++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.3));
            await _outlet.ReachedAsync(1 + (int)(step * 0.3 + 1e-9));
        }

        await _collector.StopAsync();
        Assert.Equal(76, _outlet.Times.Count);
        Assert.Equal(0, _counters.TicksSkipped);
        for (var n = 0; n < _outlet.Times.Count; n++)
            Assert.InRange(_outlet.Times[n] - _outlet.Times[0], n * 1e9, n * 1e9 + 0.3e9);
    }

    [Fact]
    public async Task Start_MachineSleeps_CountsTheTicksAndGoesOnOnce()
    {
        _collector.Start();
        await _outlet.ReachedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(10.5));
        await _outlet.ReachedAsync(2);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        await _outlet.ReachedAsync(3);
        await _collector.StopAsync();
        Assert.Equal(3, _outlet.Times.Count);
        Assert.Equal(9, _counters.TicksSkipped);
    }

    [Fact]
    public async Task StopAsync_ThenStart_CollectsAgain()
    {
        _collector.Start();
        Assert.True(_collector.IsRunning);
        Assert.Throws<InvalidOperationException>(_collector.Start);
        await _outlet.ReachedAsync(1);
        await _collector.StopAsync();
        Assert.False(_collector.IsRunning);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(_outlet.Times);
        await _collector.StopAsync();
        _collector.Start();
        await _outlet.ReachedAsync(2);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(NullReferenceException))]
    public void CollectOnce_CollectorThrows_OthersAreTold(Type fault)
    {
        _probe.Fault = (Exception)Activator.CreateInstance(fault, "the device is gone")!;
        _collector.CollectOnce();
        Assert.Equal(["steady"], _outlet.Last.Select(point => point.Attributes["from"]));
        Assert.Equal(1, _counters.CollectorErrors);
        Assert.Equal(["probe", "steady"], _counters.CollectorTimes.Keys.Order());
        _probe.Fault = null;
        _collector.CollectOnce();
        Assert.Equal(["probe", "steady"], _outlet.Last.Select(point => point.Attributes["from"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        _outlet.Dispose();
    }

    private sealed class Probe : ICollector
    {
        public Exception? Fault { get; set; }

        public string Name => "probe";

        public bool IsSupported => true;

        public void Collect(MetricWriter writer)
        {
            writer.Begin(Head);
            writer.Point(PointAttributes.Of("from", "probe"), 1.0);
            if (Fault is not null)
                throw Fault;
            writer.End();
        }
    }

    private sealed class Steady : ICollector
    {
        public string Name => "steady";

        public bool IsSupported => true;

        public void Collect(MetricWriter writer) => writer.Single(Head, PointAttributes.Of("from", "steady"), 2.0);
    }

    private sealed class Outlet : ISampleOutlet, IDisposable
    {
        private readonly SemaphoreSlim _changed = new(0);

        public List<ulong> Times { get; } = [];

        public List<DecodedPoint> Last { get; private set; } = [];

        public void Add(ReadOnlySpan<byte> request, int points)
        {
            Last = DecodedPoint.ReadAll(request.ToArray());
            Assert.Equal(points, Last.Count);
            lock (Times)
                Times.Add(Last[0].TimeNanos);
            _changed.Release();
        }

        public void Dispose() => _changed.Dispose();

        public async Task ReachedAsync(int count)
        {
            while (true)
            {
                lock (Times)
                {
                    if (Times.Count >= count)
                        return;
                }

                Assert.True(await _changed.WaitAsync(TimeSpan.FromSeconds(20)), $"tick {count} did not come");
            }
        }
    }
}
