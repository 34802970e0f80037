using System.Net;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The connections to the leader.</summary>
internal sealed class LeaderClient : IDisposable
{
    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    public void Dispose() => Invoker.Dispose();
}
