using PerfPlatform.Agent.Buffer;

namespace PerfPlatform.Agent.Delivery;

/// <summary>
/// Sends what is in the outbox, oldest first. A backlog goes in batches, at most <see cref="BatchesPerSecond"/>, so that a server that
/// comes back is not run over: 150 times as fast as it grew at the interval of a second.
/// </summary>
internal sealed class DeliveryLoop(Outbox outbox, IMetricSender sender, AgentCounters counters, TimeProvider clock, Random random)
{
    public const int BatchRequests = 30;
    public const int BatchesPerSecond = 5;
    private const int BatchBytes = 2 * 1024 * 1024;
    private readonly RetryPause _pause = new(random);
    private bool _away;
    private int _maxRequests = BatchRequests;

    /// <summary>Runs until stopped. What is not delivered then is in the outbox.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var batch = outbox.Peek(_maxRequests, BatchBytes);
                if (batch.Requests.Count == 0)
                {
                    await outbox.WaitAsync(stop);
                    continue;
                }

                var outcome = await SendAsync(batch, stop);
                var wait = Handle(batch, outcome);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: the batch under way stays in the outbox.
        }
    }

    /// <summary>Sends what is in memory for a last time; what fails goes to disk.</summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        try
        {
            // Without a server, and with a backlog on disk, there is nothing to hurry for.
            while (!_away && outbox.Peek(BatchRequests, BatchBytes) is { OnDisk: null, Requests.Count: > 0 } batch)
            {
                var outcome = await SendAsync(batch, stop);
                if (outcome.Result != SendResult.Delivered)
                    break;
                Handle(batch, outcome);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            AgentLog.Warning("the server did not answer in time; the last samples wait on disk");
        }

        outbox.Flush();
    }

    private async Task<SendOutcome> SendAsync(OutboxBatch batch, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var outcome = await sender.SendAsync(batch.Requests, stop);
        counters.Sent(clock.GetElapsedTime(start));
        return outcome;
    }

    private TimeSpan Handle(OutboxBatch batch, SendOutcome outcome)
    {
        switch (outcome.Result)
        {
            case SendResult.Delivered:
                Delivered(batch, outcome);
                return batch.OnDisk is null ? TimeSpan.Zero : TimeSpan.FromSeconds(1.0 / BatchesPerSecond);
            case SendResult.TooLarge when batch.Requests.Count > 1:
                _maxRequests = batch.Requests.Count / 2;
                return TimeSpan.Zero;
            case SendResult.TryLater:
                counters.SendFailed();
                outbox.Spill();
                if (!_away)
                    AgentLog.Warning("the server does not take samples, they wait on disk: {Reason}", outcome.Message);
                _away = true;
                return _pause.Next(outcome.RetryAfter);
            default:
                outbox.Acknowledge(batch);
                counters.Rejected(batch.Points);
                AgentLog.Warning("the server refused {Points} points, they are dropped: {Reason}", batch.Points, outcome.Message);
                return TimeSpan.FromSeconds(1.0 / BatchesPerSecond);
        }
    }

    private void Delivered(OutboxBatch batch, SendOutcome outcome)
    {
        outbox.Acknowledge(batch);
        counters.Delivered(batch.Points - outcome.RejectedPoints);
        counters.Rejected(outcome.RejectedPoints);
        if (outcome.RejectedPoints > 0)
            AgentLog.Warning("the server did not take {Rejected} of {Points} points: {Reason}", outcome.RejectedPoints, batch.Points, outcome.Message);
        if (_away)
            AgentLog.Information("the server takes samples again");
        _away = false;
        _pause.Reset();
    }
}
