namespace PerfPlatform.Agent.Buffer;

/// <summary>Requests to be sent together.</summary>
/// <param name="Requests">Oldest first.</param>
/// <param name="OnDisk">Where they come from, when from disk.</param>
internal sealed record OutboxBatch(IReadOnlyList<BufferedRequest> Requests, DiskBatch? OnDisk)
{
    public long Points => Requests.Sum(request => (long)request.Points);
}
