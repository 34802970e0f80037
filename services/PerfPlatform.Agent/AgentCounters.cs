namespace PerfPlatform.Agent;

/// <summary>What the agent counts of its own work. Written by the collection and the delivery, read by both: all access is atomic.</summary>
internal sealed class AgentCounters
{
    private long _pointsDelivered;
    private long _pointsDropped;
    private long _pointsRejected;
    private long _ticksSkipped;
    private long _collectorErrors;
    private long _sendFailures;
    private long _requests;
    private long _sendTicks;

    // Bounded by the number of collectors. Written and read by the collection alone.
    private readonly Dictionary<string, TimeSpan> _collectorTimes = [];

    /// <summary>Data points that the server took.</summary>
    public long PointsDelivered => Interlocked.Read(ref _pointsDelivered);

    /// <summary>Data points lost because the buffer was full or damaged, or the disk could not be written.</summary>
    public long PointsDropped => Interlocked.Read(ref _pointsDropped);

    /// <summary>Data points that the server refused for good.</summary>
    public long PointsRejected => Interlocked.Read(ref _pointsRejected);

    /// <summary>Ticks of the interval at which the agent was not running in time.</summary>
    public long TicksSkipped => Interlocked.Read(ref _ticksSkipped);

    public long CollectorErrors => Interlocked.Read(ref _collectorErrors);

    /// <summary>Requests that were not answered or answered with a passing error.</summary>
    public long SendFailures => Interlocked.Read(ref _sendFailures);

    /// <summary>Requests that were sent, whatever the answer.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>How long they took together.</summary>
    public TimeSpan SendTime => new(Interlocked.Read(ref _sendTicks));

    /// <summary>How long each collector took the last time.</summary>
    public IReadOnlyDictionary<string, TimeSpan> CollectorTimes => _collectorTimes;

    public void Delivered(long points) => Interlocked.Add(ref _pointsDelivered, points);

    public void Dropped(long points) => Interlocked.Add(ref _pointsDropped, points);

    public void Rejected(long points) => Interlocked.Add(ref _pointsRejected, points);

    public void Skipped(long ticks) => Interlocked.Add(ref _ticksSkipped, ticks);

    public void CollectorFailed() => Interlocked.Increment(ref _collectorErrors);

    public void Sent(TimeSpan time)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _sendTicks, time.Ticks);
    }

    public void Collected(string collector, TimeSpan time) => _collectorTimes[collector] = time;

    public void SendFailed() => Interlocked.Increment(ref _sendFailures);
}
