using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using PerfPlatform.Integration.Tests.Web;
using Xunit;

namespace PerfPlatform.Integration.Tests.Security;

/// <summary>What another site may make a browser do with the cookie of this one: nothing.</summary>
public sealed class CrossSiteTests(ServersFixture servers)
{
    private const string Key = """{"name":"theirs","scopes":["admin"]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_WithTheCookie_IsTakenFromThisSiteOnly()
    {
        await using var host = await WebHost.StartAsync(servers, map: app => app.MapPost("/api/v1/taken", () => "taken"));
        using var admin = await Visitor.SignedInAsync(host);
        foreach (var (header, value, status) in new[]
        {
            ("Origin", "https://evil.example", HttpStatusCode.Forbidden),
            ("Origin", "null", HttpStatusCode.Forbidden),
            ("Origin", $"http://{host.Address.Host}:1", HttpStatusCode.Forbidden),
            ("Origin", $"http://other.{host.Address.Authority}", HttpStatusCode.Forbidden),
            ("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden),
            ("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden),
            ("Sec-Fetch-Site", "same-origin", HttpStatusCode.Created),
            ("Origin", host.Address.GetLeftPart(UriPartial.Authority), HttpStatusCode.Created),
            // No browser sends neither.
            ("Accept", "application/json", HttpStatusCode.Created),
        })
        {
            Assert.True(status == await SendAsync(admin.Client, "/api/v1/keys", "application/json", header, value), $"{header}: {value}");
        }

        // What a form of another site can send without being asked first is not JSON.
        foreach (var type in new[] { "text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", null })
            Assert.True(HttpStatusCode.UnsupportedMediaType == await SendAsync(admin.Client, "/api/v1/taken", type, "Accept", "*/*"), type);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(admin.Client, "/api/v1/taken", "application/json", "Accept", "*/*"));

        // No browser adds a key by itself.
        using var program = host.Client(await host.KeyAsync("admin"));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(program, "/api/v1/keys", "application/json", "Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(program, "/api/v1/taken", "text/plain", "Accept", "*/*"));
    }

    [Theory]
    [InlineData("/hub/live")]
    [InlineData("/_blazor")]
    public async Task WebSocket_WithTheCookie_IsOpenedFromThisSiteOnly(string path)
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync("https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await OpenAsync($"http://{host.Address.Host}:1"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await OpenAsync(host.Address.GetLeftPart(UriPartial.Authority)));

        async Task<HttpStatusCode> OpenAsync(string origin)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Cookie", admin.Cookies);
            socket.Options.SetRequestHeader("Origin", origin);
            try
            {
                await socket.ConnectAsync(new UriBuilder(new Uri(host.Address, path)) { Scheme = "ws" }.Uri, Cancel);
            }
            catch (WebSocketException)
            {
                // Refused: the status says how.
            }

            return socket.HttpStatusCode;
        }
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, string path, string? type, string header, string value)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Key));
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add(header, value);
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
