namespace PerfPlatform.Agent.Collection;

/// <summary>Takes what one tick has collected.</summary>
internal interface ISampleOutlet
{
    /// <summary>Keeps a copy of the request. Does not wait for the server and does not throw.</summary>
    void Add(ReadOnlySpan<byte> request, int points);
}
