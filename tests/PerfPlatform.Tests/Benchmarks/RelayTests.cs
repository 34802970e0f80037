using System.Net;
using System.Net.Sockets;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Tests.Benchmarks;

/// <summary>Through a relay to a server that sends back what it gets.</summary>
public sealed class RelayTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _echoing;
    private readonly Relay _relay;
    private DnsEndPoint? _target;

    public RelayTests()
    {
        _echo.Start();
        _target = new DnsEndPoint("127.0.0.1", ((IPEndPoint)_echo.LocalEndpoint).Port);
        _relay = new Relay(() => _target);
        _echoing = EchoAsync();
    }

    [Fact]
    public async Task Pass_NoTrouble_WhatIsSentArrivesToItsEnd()
    {
        using var client = await ConnectAsync();
        var sent = new byte[100_000];
        Random.Shared.NextBytes(sent);
        var stream = client.GetStream();
        var writing = stream.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        var got = new byte[sent.Length];
        await stream.ReadExactlyAsync(got, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        await writing;
        client.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(sent, got);
        Assert.Equal(0, await ReadAsync(stream));
    }

    [Fact]
    public async Task Cut_WhatIsOpenIsReset_AndWhatComes_UntilItIsOver()
    {
        using var open = await ConnectAsync();
        await SayAsync(open);

        _relay.Trouble = RelayTrouble.Cut;

        await Assert.ThrowsAsync<IOException>(() => ReadAsync(open.GetStream()));
        await Assert.ThrowsAnyAsync<Exception>(ConnectAndSayAsync);
        _relay.Trouble = RelayTrouble.None;
        await ConnectAndSayAsync();
    }

    [Fact]
    public async Task Stalled_NothingArrives_AndAllDoesWhenItIsOver()
    {
        using var client = await ConnectAsync();
        await SayAsync(client);
        _relay.Trouble = RelayTrouble.Stalled;
        await client.GetStream().WriteAsync("b"u8.ToArray(), TestContext.Current.CancellationToken);
        var answer = ReadAsync(client.GetStream());

        // Another way of the same server answers meanwhile: this one is held.
        await using (var other = new Relay(() => _target))
        {
            using var past = new TcpClient();
            await past.ConnectAsync(IPAddress.Loopback, other.Port, TestContext.Current.CancellationToken);
            await SayAsync(past);
        }

        Assert.False(answer.IsCompleted);
        _relay.Trouble = RelayTrouble.None;
        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task Slow_AllArrives()
    {
        using var client = await ConnectAsync();
        _relay.Trouble = RelayTrouble.Slow;

        await SayAsync(client);
    }

    [Fact]
    public async Task Connect_ThereIsNobody_IsReset()
    {
        _target = null;

        await Assert.ThrowsAnyAsync<Exception>(ConnectAndSayAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _end.CancelAsync();
        await _echoing;
        _echo.Dispose();
        _end.Dispose();
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _relay.Port, TestContext.Current.CancellationToken);
        return client;
    }

    // Where it is reset at once the one or the other fails.
    private async Task ConnectAndSayAsync()
    {
        using var client = await ConnectAsync();
        await SayAsync(client);
    }

    private static async Task SayAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync("a"u8.ToArray(), TestContext.Current.CancellationToken);
        if (await ReadAsync(client.GetStream()) != 1) throw new IOException("It ended.");
    }

    private static Task<int> ReadAsync(NetworkStream stream) => stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    private async Task EchoAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true) served.Add(ServeAsync(await _echo.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await client.GetStream().CopyToAsync(client.GetStream(), _end.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // It was reset.
            }
        }
    }
}
