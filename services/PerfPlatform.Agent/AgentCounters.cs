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

    public void Delivered(long points) => Interlocked.Add(ref _pointsDelivered, points);

    public void Dropped(long points) => Interlocked.Add(ref _pointsDropped, points);

    public void Rejected(long points) => Interlocked.Add(ref _pointsRejected, points);

    public void Skipped(long ticks) => Interlocked.Add(ref _ticksSkipped, ticks);

    public void CollectorFailed() => Interlocked.Increment(ref _collectorErrors);

    public void SendFailed() => Interlocked.Increment(ref _sendFailures);
}
