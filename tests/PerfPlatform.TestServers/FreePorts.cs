using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.TestServers;

/// <summary>Ports of the loopback address that nobody listens on.</summary>
public static class FreePorts
{
    public static int One() => Some(1)[0];

    /// <summary>Held together until all are known, so that no two are the same.</summary>
    public static int[] Some(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
