using System.Text;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Agent;
using PerfPlatform.Agent.Buffer;
using PerfPlatform.Agent.Delivery;
using Xunit;

namespace PerfPlatform.Tests.Agent.Delivery;

/// <summary>What delivery does with each kind of answer.</summary>
public sealed class DeliveryLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("delivery").FullName;
    private readonly FakeTimeProvider _clock = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly AgentCounters _counters = new();
    private readonly Server _server = new();
    private readonly Outbox _outbox;

    public DeliveryLoopTests() => _outbox = new Outbox(new DiskBuffer(_folder, long.MaxValue, _counters.Dropped), _counters);

    [Fact]
    public async Task RunAsync_ServerAwayAndBack_DeliversInOrderWithoutLoss()
    {
        _server.Answer = _ => new SendOutcome(SendResult.TryLater);
        await RunAsync(async () =>
        {
            for (var i = 0; i < 100; i++)
                Add(i);
            await UntilAsync(() => _counters.SendFailures >= 3);
            Assert.Empty(_server.Taken);
            Assert.True(_outbox.BufferedBytes > 0);
            _server.Answer = _ => new SendOutcome(SendResult.Delivered);
            await UntilAsync(() => _server.Taken.Count == 100);
            Add(100);
            await UntilAsync(() => _server.Taken.Count == 101);
        });
        Assert.Equal(Enumerable.Range(0, 101), _server.Taken);
        Assert.Equal(101, _counters.PointsDelivered);
        Assert.True(_counters.Requests > _counters.SendFailures, $"{_counters.Requests} requests, {_counters.SendFailures} failures");
        Assert.True(_outbox.IsEmpty);
    }

    [Fact]
    public async Task RunAsync_Backlog_IsSentAtABoundedRate()
    {
        for (var i = 0; i < 10 * DeliveryLoop.BatchRequests; i++)
            Add(i);
        _outbox.Spill();
        var start = _clock.GetUtcNow();
        await RunAsync(() => UntilAsync(() => _server.Taken.Count == 10 * DeliveryLoop.BatchRequests));
        Assert.True(_clock.GetUtcNow() - start >= TimeSpan.FromSeconds(9.0 / DeliveryLoop.BatchesPerSecond));
    }

    [Fact]
    public async Task RunAsync_Refused_DropsAndCounts()
    {
        _server.Answer = requests => new SendOutcome(requests.Contains(1) ? SendResult.Refused : SendResult.Delivered, Message: "400");
        await RunAsync(async () =>
        {
            for (var i = 0; i < 3; i++)
            {
                Add(i);
                await UntilAsync(() => _outbox.IsEmpty);
            }
        });
        Assert.Equal([0, 2], _server.Taken);
        Assert.Equal((1L, 2L), (_counters.PointsRejected, _counters.PointsDelivered));
    }

    [Fact]
    public async Task RunAsync_TooLarge_HalvesUntilItPasses()
    {
        _server.Answer = requests => new SendOutcome(requests.Count > 4 ? SendResult.TooLarge : SendResult.Delivered);
        for (var i = 0; i < 30; i++)
            Add(i);
        await RunAsync(() => UntilAsync(() => _server.Taken.Count == 30));
        Assert.Equal(Enumerable.Range(0, 30), _server.Taken);
        Assert.Equal(0, _counters.PointsRejected);
    }

    [Fact]
    public async Task RunAsync_PartialSuccess_CountsWhatWasNotTaken()
    {
        _server.Answer = _ => new SendOutcome(SendResult.Delivered, RejectedPoints: 3);
        _outbox.Add("00000000"u8, 10);
        await RunAsync(() => UntilAsync(() => _outbox.IsEmpty));
        Assert.Equal((7L, 3L), (_counters.PointsDelivered, _counters.PointsRejected));
    }

    [Fact]
    public async Task DrainAsync_ServerThere_DeliversTheRest()
    {
        Add(0);
        await Loop().DrainAsync(CancellationToken.None);
        Assert.Equal([0], _server.Taken);
        Assert.True(_outbox.IsEmpty);
    }

    [Fact]
    public async Task DrainAsync_ServerAway_LeavesTheRestOnDisk()
    {
        _server.Answer = _ => new SendOutcome(SendResult.TryLater);
        Add(0);
        await Loop().DrainAsync(CancellationToken.None);
        Assert.True(_outbox.BufferedBytes > 0);
    }

    public void Dispose()
    {
        _outbox.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private DeliveryLoop Loop() => new(_outbox, _server, _counters, _clock, new Random(1));

    private void Add(int number) => _outbox.Add(Encoding.ASCII.GetBytes($"{number:D8}"), 1);

    private async Task RunAsync(Func<Task> body)
    {
        using var stop = new CancellationTokenSource();
        var running = Loop().RunAsync(stop.Token);
        await body();
        await stop.CancelAsync();
        await running;
    }

    // The fake clock goes on by a tenth of a second at each look, real time by a millisecond.
    private async Task UntilAsync(Func<bool> reached)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(20), "not reached in 20 s");
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Server : IMetricSender
    {
        public Func<List<int>, SendOutcome> Answer { get; set; } = _ => new SendOutcome(SendResult.Delivered);

        public List<int> Taken { get; } = [];

        public async Task<SendOutcome> SendAsync(IReadOnlyList<BufferedRequest> requests, CancellationToken stop)
        {
            await Task.Yield();
            var numbers = requests.Select(request => int.Parse(Encoding.ASCII.GetString(request.Bytes.Span))).ToList();
            var outcome = Answer(numbers);
            if (outcome.Result == SendResult.Delivered)
                Taken.AddRange(numbers);
            return outcome;
        }
    }
}
