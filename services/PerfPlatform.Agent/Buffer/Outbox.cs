using PerfPlatform.Agent.Collection;

namespace PerfPlatform.Agent.Buffer;

/// <summary>
/// Requests between collection and delivery. While the server takes them they pass through memory and the disk is not touched; when it
/// does not, they go to disk, and so does everything after them until the disk is empty again. What is in memory is always older than
/// what is on disk, so the order is kept.
/// </summary>
internal sealed class Outbox(DiskBuffer disk, AgentCounters counters) : ISampleOutlet, IDisposable
{
    /// <summary>Requests in memory: at one a second more than the server needs to answer in the time that a request may take.</summary>
    public const int MaxInMemory = 32;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _added = new(0);
    private readonly Queue<BufferedRequest> _memory = new(MaxInMemory);
    private bool _diskFailing;

    public long BufferedBytes
    {
        get
        {
            lock (_gate)
                return disk.Bytes;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _memory.Count == 0 && disk.IsEmpty;
        }
    }

    public void Add(ReadOnlySpan<byte> request, int points)
    {
        lock (_gate)
        {
            if (disk.IsEmpty && _memory.Count < MaxInMemory)
                _memory.Enqueue(new BufferedRequest(request.ToArray(), points));
            else if (!TryDisk(request, static (disk, bytes, count) => disk.Append(bytes, count), points))
                counters.Dropped(points);
        }

        if (_added.CurrentCount == 0)
            _added.Release();
    }

    /// <summary>Waits until a request may be there.</summary>
    public Task WaitAsync(CancellationToken stop) => _added.WaitAsync(stop);

    /// <summary>The oldest requests, which stay until acknowledged. For one reader.</summary>
    public OutboxBatch Peek(int maxRequests, int maxBytes)
    {
        lock (_gate)
        {
            if (_memory.Count > 0)
            {
                var taken = new List<BufferedRequest>();
                var bytes = 0;
                foreach (var request in _memory)
                {
                    if (taken.Count == maxRequests || taken.Count > 0 && bytes + request.Bytes.Length > maxBytes)
                        break;
                    taken.Add(request);
                    bytes += request.Bytes.Length;
                }

                return new OutboxBatch(taken, null);
            }

            var batch = disk.Peek(maxRequests, maxBytes);
            return new OutboxBatch(batch.Requests, batch);
        }
    }

    /// <summary>Takes a batch off: it is delivered, or refused for good.</summary>
    public void Acknowledge(OutboxBatch batch)
    {
        lock (_gate)
        {
            if (batch.OnDisk is { } onDisk)
                disk.Acknowledge(onDisk);
            else
                for (var i = 0; i < batch.Requests.Count; i++)
                    _memory.Dequeue();
        }
    }

    /// <summary>Moves what is in memory to the disk, in front of what is there. Without effect when the disk cannot be written: it stays in memory.</summary>
    public void Spill()
    {
        lock (_gate)
        {
            if (_memory.Count > 0 && TryDisk(default, (buffer, _, _) => buffer.Prepend(_memory), 0))
                _memory.Clear();
        }
    }

    /// <summary>Spills, and has the system write it to the disk itself.</summary>
    public void Flush()
    {
        Spill();
        lock (_gate)
            TryDisk(default, static (buffer, _, _) => buffer.Flush(), 0);
    }

    public void Dispose()
    {
        disk.Dispose();
        _added.Dispose();
    }

    private bool TryDisk(ReadOnlySpan<byte> request, Action<DiskBuffer, ReadOnlySpan<byte>, int> write, int points)
    {
        try
        {
            write(disk, request, points);
            _diskFailing = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_diskFailing)
                AgentLog.Warning("the buffer cannot be written, samples are lost while the server is away: {Reason}", e.Message);
            _diskFailing = true;
            return false;
        }
    }
}
