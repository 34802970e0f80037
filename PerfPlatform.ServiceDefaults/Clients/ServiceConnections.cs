using System.Net;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Connections to other services and other replicas.</summary>
public static class ServiceConnections
{
    /// <summary>A handler that passes requests and answers on as they are.</summary>
    public static SocketsHttpHandler Create() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
