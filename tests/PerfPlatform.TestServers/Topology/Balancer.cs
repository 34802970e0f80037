using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.TestServers.Topology;

/// <summary>Deals connections round to the servers that take them. It is the plainest of balancers: it knows nothing of HTTP, of sessions, or of who was where before.</summary>
public sealed class Balancer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly IReadOnlyList<Uri> _servers;
    private readonly Task _accepting;

    public Balancer(params IReadOnlyList<Uri> servers)
    {
        _servers = servers;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        // Bounded by the connections that are open.
        var carrying = new List<Task>();
        try
        {
            for (var next = 0; ; next++)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                carrying.RemoveAll(connection => connection.IsCompleted);
                carrying.Add(CarryAsync(client, next));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carrying);
        }
    }

    private async Task CarryAsync(Socket client, int next)
    {
        using (client)
        {
            for (var i = 0; i < _servers.Count; i++)
            {
                using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                var address = _servers[(next + i) % _servers.Count];
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, address.Port, _end.Token);
                }
                catch (SocketException)
                {
                    continue;
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                // Where one side has ended the other ends too.
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                var there = CopyAsync(client, server, either);
                var back = CopyAsync(server, client, either);
                await Task.WhenAll(there, back);
                return;
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource end)
    {
        try
        {
            var bytes = new byte[16 << 10];
            while (await from.ReceiveAsync(bytes, end.Token) is > 0 and var count)
            {
                for (var sent = 0; sent < count;) sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), end.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One of the two is gone.
        }

        await end.CancelAsync();
    }
}
