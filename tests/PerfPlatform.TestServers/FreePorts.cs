using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.TestServers;

/// <summary>
/// Ports of the loopback address that nobody listens on, below those that the system gives to outgoing connections (from 32768 on):
/// none of these takes one before its server listens.
/// </summary>
public static class FreePorts
{
    public static int One() => Some(1)[0];

    /// <summary>Held together until all are known, so that no two are the same.</summary>
    public static int[] Some(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 25_000));
            try
            {
                listener.Start();
                listeners.Add(listener);
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
