using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class OutboundConnectionTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("::169.254.169.254", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("64:ff9b:1::a9fe:a9fe", true)]
    [InlineData("2002:a9fe:a9fe::1", true)]
    [InlineData("2001:0:1:2:3:4:5601:5601", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fe80::1%1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("fd00:ec2:1::1", true)]
    [InlineData("fd20:ce::254", true)]
    [InlineData("168.63.129.16", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.100.100.201", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("::1", false)]
    public void IsRefused_Address_IsTold(string address, bool expected) => Assert.Equal(expected, Of(new()).IsRefused(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("fd12::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("2002:0a00:0001::1")]
    public void IsRefused_PrivateAddress_BySettingOnly(string address)
    {
        Assert.False(Of(new()).IsRefused(IPAddress.Parse(address)));
        Assert.True(Of(new() { AllowPrivate = false }).IsRefused(IPAddress.Parse(address)));
        Assert.False(Of(new() { AllowPrivate = false, Allow = ["0.0.0.0/0", "::/0"] }).IsRefused(IPAddress.Parse(address)));
    }

    // Decimal, hexadecimal, octal and short forms; none of them is sent a byte.
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("0xA9FEA9FE")]
    [InlineData("0251.0376.0251.0376")]
    [InlineData("169.254.43518")]
    [InlineData("::ffff:169.254.169.254")]
    public async Task Connect_HowEverItIsWritten_IsRefused(string host)
    {
        var refused = await Assert.ThrowsAsync<SocketException>(() => Of(new()).ConnectAsync(host, 80, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
        Assert.Contains("Outbound", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NameOfARefusedAddress_IsRefusedAndElseConnected()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using (var socket = await Of(new()).ConnectAsync("localhost", port, TestContext.Current.CancellationToken)) Assert.True(socket.Connected);
        var refused = await Assert.ThrowsAsync<SocketException>(() => Of(new() { AllowPrivate = false }).ConnectAsync("localhost", port, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Handler_RedirectToARefusedAddress_IsRefused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "HTTP/1.1 302 Found\r\nLocation: http://[::ffff:169.254.169.254]/latest/meta-data\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var handler = Of(new()).Handler();
        handler.AllowAutoRedirect = true;
        using var client = new HttpClient(handler);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"), TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.AccessDenied, Assert.IsType<SocketException>(refused.GetBaseException()).SocketErrorCode);
        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
    }

    private static OutboundConnection Of(OutboundOptions options) => new(Options.Create(options));
}
