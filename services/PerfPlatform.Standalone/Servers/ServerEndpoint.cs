using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PerfPlatform.Standalone.Servers;

/// <summary>Where a server listens: a Unix socket in a folder, or a port of 127.0.0.1.</summary>
internal sealed record ServerEndpoint(string? SocketFolder, int Port)
{
    // sun_path has 108 bytes with its end; PostgreSQL's lock file beside the socket has a longer name, but is no socket.
    private const int LongestSocketPath = 107;

    /// <summary>A socket in <paramref name="folder"/> where its path is short enough and the file system has sockets; else a free port.</summary>
    public static ServerEndpoint Choose(string folder, string socketName, int socketPort)
    {
        var socket = Path.Combine(folder, socketName);
        return Encoding.UTF8.GetByteCount(socket) <= LongestSocketPath && HasSockets(folder)
            ? new ServerEndpoint(folder, socketPort)
            : new ServerEndpoint(null, FreePort());
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool HasSockets(string folder)
    {
        // Unique: two servers that start at the same time try in the same folder.
        var path = Path.Combine(folder, "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
