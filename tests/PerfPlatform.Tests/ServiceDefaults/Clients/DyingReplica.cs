using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

/// <summary>A replica that reads a request's head and then is gone, or stands still.</summary>
internal sealed class DyingReplica : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _last;
    private readonly bool _standsStill;
    private readonly Task _work;
    private int _asked;

    /// <summary>Starts one.</summary>
    /// <param name="last">What it still says.</param>
    /// <param name="standsStill">Whether it keeps the connection open, without a word more.</param>
    public DyingReplica(string last = "", bool standsStill = false)
    {
        (_last, _standsStill) = (System.Text.Encoding.ASCII.GetBytes(last), standsStill);
        _listener.Start();
        _work = WorkAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many requests came.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The first request is there.</summary>
    public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An address at which nobody listens.</summary>
    public static string Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        var open = new List<Socket>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var buffer = new byte[65536];
                if (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
                {
                    Interlocked.Increment(ref _asked);
                    First.TrySetResult();
                }

                if (_last.Length > 0) await socket.SendAsync(_last, _stop.Token);
                if (_standsStill) open.Add(socket);
                else socket.Dispose();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }

        foreach (var socket in open) socket.Dispose();
    }
}
