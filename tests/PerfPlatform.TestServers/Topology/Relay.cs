using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.TestServers.Topology;

/// <summary>
/// Passes TCP connections on, from a port of the loopback address to wherever the target is at that moment, as a network would, trouble included. Unlike a network it takes
/// a connection before the target has: where nobody listens it is reset instead of refused.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    // A piece each tenth of a second is what is left of a slow network.
    private const int PieceBytes = 16 << 10;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<DnsEndPoint?> _target;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _change = new();
    private readonly Task _accepting;
    private volatile CancellationTokenSource _whole = new();
    private volatile TaskCompletionSource _passing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RelayTrouble _trouble;

    /// <param name="target">Where a connection goes to; null: there is nobody.</param>
    public Relay(Func<DnsEndPoint?> target)
    {
        _target = target;
        _passing.SetResult();
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Of 127.0.0.1.</summary>
    public int Port { get; }

    public RelayTrouble Trouble
    {
        get => _trouble;
        set
        {
            lock (_change)
            {
                // Before connections are ended: who comes now sees the one or the other.
                _trouble = value;
                if (value == RelayTrouble.Cut)
                {
                    var cut = _whole;
                    _whole = new CancellationTokenSource();
                    cut.Cancel();
                }

                if (value != RelayTrouble.Stalled) _passing.TrySetResult();
                else if (_passing.Task.IsCompleted) _passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _whole.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>(); // bounded by the connections there are
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptSocketAsync(_end.Token);
                served.RemoveAll(static task => task.IsCompleted);
                served.Add(ServeAsync(near));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // It was given up before it was taken, or this is the end.
            }
        }

        await Task.WhenAll(served);
    }

    private async Task ServeAsync(Socket near)
    {
        // Taken before the trouble is looked at, so that no connection gets past a cut.
        var whole = _whole.Token;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(whole, _end.Token);
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                // A reset, unless both have ended it.
                near.LingerState = new LingerOption(true, 0);
                if (_trouble == RelayTrouble.Cut || _target() is not { } target) return;
                await far.ConnectAsync(target, over.Token);
                near.NoDelay = far.NoDelay = true;
                await Task.WhenAll(PumpAsync(near, far, over), PumpAsync(far, near, over));
                near.LingerState = new LingerOption(false, 0);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Both sides see that it is over.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, CancellationTokenSource over)
    {
        try
        {
            var piece = new byte[PieceBytes];
            int read;
            do
            {
                read = await from.ReceiveAsync(piece, over.Token);
                await _passing.Task.WaitAsync(over.Token);
                if (_trouble == RelayTrouble.Slow) await Task.Delay(Delay, over.Token);
                if (read > 0) await to.SendAsync(piece.AsMemory(0, read), over.Token);
            }
            while (read > 0);

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction is of no use alone.
            await over.CancelAsync();
            throw;
        }
    }
}
