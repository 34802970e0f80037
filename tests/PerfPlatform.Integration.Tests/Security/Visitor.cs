using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using PerfPlatform.Integration.Tests.Web;
using Xunit;

namespace PerfPlatform.Integration.Tests.Security;

/// <summary>A person with a browser's cookies at an address of the loopback network, and what such a person does.</summary>
internal sealed class Visitor : IDisposable
{
    private readonly CookieContainer _cookies = new();

    public Visitor(WebHost host, string address = "127.0.0.1", string? forwardedFor = null)
    {
        Host = host;
        var from = new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), 0);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = _cookies,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(from);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
#pragma warning disable RS0030 // A test's own client of a loopback address.
        Client = new HttpClient(handler) { BaseAddress = host.Address };
#pragma warning restore RS0030
        if (forwardedFor is not null) Client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
    }

    public WebHost Host { get; }

    public HttpClient Client { get; }

    /// <summary>The cookies as a request's header carries them; a copy of them works where they are not the browser's own.</summary>
    public string Cookies => _cookies.GetCookieHeader(Host.Address);

    public static async Task<Visitor> SignedInAsync(WebHost host, string name = "admin", string password = WebHost.Password)
    {
        var visitor = new Visitor(host);
        Assert.Equal(HttpStatusCode.Redirect, await visitor.SignInAsync(name, password));
        return visitor;
    }

    public async Task<HttpStatusCode> SignInAsync(string name, string password)
    {
        using var answer = await WebHost.SignInAsync(Client, name, password);
        return answer.StatusCode;
    }

    public async Task SignOutAsync()
    {
        var page = await Client.GetStringAsync(new Uri("/hosts", UriKind.Relative), TestContext.Current.CancellationToken);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = WebHost.Token().Match(page).Groups[1].Value });
        using var answer = await Client.PostAsync(new Uri("/sign-out", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    public async Task<HttpStatusCode> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public Task<JsonElement> ReadAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>Makes a user as the administrator that this is; its id.</summary>
    public async Task<string> MakeUserAsync(string name, string password, string role)
    {
        using var made = await Client.PostAsJsonAsync("/api/v1/users", new { name, password, role }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
    }

    /// <summary>The live feed of a page of this person's, at this host or another; it does not come back by itself.</summary>
    public HubConnection Live(WebHost? at = null) => Live(at ?? Host, options => options.Headers["Cookie"] = Cookies);

    public static HubConnection Live(WebHost host, Action<Microsoft.AspNetCore.Http.Connections.Client.HttpConnectionOptions> configure) =>
        new HubConnectionBuilder().WithUrl(new Uri(host.Address, "/hub/live"), configure).Build();

    /// <summary>Done when the server has ended the connection.</summary>
    public static Task Closed(HubConnection connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        return closed.Task;
    }

    public void Dispose() => Client.Dispose();
}
