using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Alerting.Live;

/// <summary>
/// Batches that wait until the registry has told who their series are. Bounded: the oldest go through without the series that are not known, whose samples the store has:
/// the queue is told that they are missing.
/// </summary>
public sealed class ParkedBatches(EvaluationEngine engine, SeriesResolver resolver, SampleQueue queue, int capacity, long parkFor)
{
    private const long AskEvery = 1000;

    // Bounded by capacity.
    private readonly Queue<(SampleBatch Batch, long Since)> _parked = new();

    // Bounded by the series of the batches that are parked.
    private readonly HashSet<int> _unknown = [];
    private long _askedAt;

    /// <summary>How many wait.</summary>
    public int Count => _parked.Count;

    /// <summary>Hands a batch to the engine, or parks it.</summary>
    public void Take(SampleBatch batch, long now)
    {
        if (engine.OnBatch(batch, now, _unknown)) return;
        if (_parked.Count >= capacity) LetGo(_parked.Dequeue().Batch, now);
        _parked.Enqueue((batch, now));
        if (now - _askedAt >= AskEvery) Ask(now);
    }

    /// <summary>Takes the answers that came, lets batches go on, asks for what is still missing.</summary>
    public void Work(long now)
    {
        var answered = false;
        while (resolver.TryTake(out var answer))
        {
            engine.OnResolved(answer!);
            answered = true;
        }

        if (_parked.Count == 0) return;
        var expired = now - _parked.Peek().Since >= parkFor;
        if (answered || expired) Retry(now);
        if (_parked.Count > 0 && now - _askedAt >= AskEvery) Ask(now);
    }

    private void Retry(long now)
    {
        _unknown.Clear();
        for (var left = _parked.Count; left > 0; left--)
        {
            var (batch, since) = _parked.Dequeue();
            if (engine.OnBatch(batch, now, _unknown)) continue;
            if (now - since >= parkFor) LetGo(batch, now);
            else _parked.Enqueue((batch, since));
        }
    }

    private void LetGo(SampleBatch batch, long now)
    {
        engine.OnBatch(batch, now, null);
        queue.Drop(batch);
    }

    private void Ask(long now)
    {
        _askedAt = now;
        resolver.Ask(_unknown);
    }
}
