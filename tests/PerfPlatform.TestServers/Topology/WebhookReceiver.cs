using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.TestServers.Topology;

/// <summary>Receives webhooks as a subscriber would: verifies the signature over the body's bytes, and answers 401 when it is wrong.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "a secret of the subscriber";

    private readonly Channel<Received> _received = Channel.CreateBounded<Received>(1000);
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(app);
        app.MapPost("/hook", receiver.ReceiveAsync);
        await app.StartAsync();
        receiver.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook";
        return receiver;
    }

    /// <summary>The next delivery of an event; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string name, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (true)
        {
            var (received, _, body) = await _received.Reader.ReadAsync(deadline.Token);
            if (received == name) return body;
        }
    }

    /// <summary>Every delivery, as they come.</summary>
    public IAsyncEnumerable<Received> AllAsync(CancellationToken cancellationToken) => _received.Reader.ReadAllAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var parts = context.Request.Headers["X-PerfPlatform-Signature"].ToString().Split(',').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var signed = Encoding.UTF8.GetBytes(parts["t"] + ".").Concat(body.ToArray()).ToArray();
        if (Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)) != parts["v1"])
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        var headers = context.Request.Headers;
        await _received.Writer.WriteAsync(
            new Received(headers["X-PerfPlatform-Event"].ToString(), headers["X-PerfPlatform-Delivery"].ToString(), JsonSerializer.Deserialize<JsonElement>(body.ToArray())));
    }

    /// <summary>What came.</summary>
    /// <param name="Event">Why.</param>
    /// <param name="Delivery">Its number; one that is sent again has that of the first.</param>
    /// <param name="Body">The message.</param>
    public sealed record Received(string Event, string Delivery, JsonElement Body);
}
