using System.Diagnostics;
using System.Threading.Channels;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Alerting.Live;

/// <summary>Batches that wait for the evaluator. When it is full the oldest go, and from where they are missing is remembered: the store has them.</summary>
public sealed class SampleQueue(int capacity)
{
    private readonly Lock _lock = new();

    // Bounded by capacity.
    private readonly Queue<(SampleBatch Batch, ActivityContext Trace)> _batches = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _gapFrom = long.MaxValue;

    /// <summary>How many batches were dropped since the start.</summary>
    public long Dropped { get; private set; }

    /// <summary>How many batches wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _batches.Count;
        }
    }

    /// <summary>Puts a batch at the end; never waits.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="trace">What handed it on.</param>
    public void Add(SampleBatch batch, ActivityContext trace = default)
    {
        lock (_lock)
        {
            if (_batches.Count >= capacity) Drop(_batches.Dequeue().Batch);
            _batches.Enqueue((batch, trace));
        }

        Wake();
    }

    /// <summary>Takes the oldest batch.</summary>
    public bool TryTake(out SampleBatch? batch, out ActivityContext trace)
    {
        lock (_lock)
        {
            var taken = _batches.TryDequeue(out var next);
            (batch, trace) = next;
            return taken;
        }
    }

    /// <summary>Counts a batch as dropped.</summary>
    public void Drop(SampleBatch batch)
    {
        lock (_lock)
        {
            Dropped++;
            foreach (var time in batch.Times) _gapFrom = Math.Min(_gapFrom, time);
        }
    }

    /// <summary>Forgets what waits.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _batches.Clear();
            _gapFrom = long.MaxValue;
        }
    }

    /// <summary>The earliest sample that was dropped since the last call, Unix milliseconds; null when nothing was.</summary>
    public long? TakeGap()
    {
        lock (_lock)
        {
            var gap = _gapFrom;
            _gapFrom = long.MaxValue;
            return gap == long.MaxValue ? null : gap;
        }
    }

    /// <summary>Ends the wait of the evaluator.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits for a batch or a <see cref="Wake"/>.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken);
}
