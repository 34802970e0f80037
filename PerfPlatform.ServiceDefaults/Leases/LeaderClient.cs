namespace PerfPlatform.ServiceDefaults;

/// <summary>The connections to the leader.</summary>
internal sealed class LeaderClient : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(ServiceConnections.Create());

    public void Dispose() => Invoker.Dispose();
}
