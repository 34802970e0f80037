using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>A real HTTP receiver that answers as the test says.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Received> _received = [];

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    /// <summary>What the n-th request, from 0, is answered.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;

    /// <summary>Said with every answer where there is one.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>How long it thinks before it answers.</summary>
    public TimeSpan Thinks { get; set; }

    /// <summary>The answer's body never ends.</summary>
    public bool Trickles { get; set; }

    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (_lock) return [.. _received];
        }
    }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Checks a signature as a receiver would: with nothing but the contract's words.</summary>
    public static bool IsSigned(Received received, string secret)
    {
        var parts = received.Signature.Split(',').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{received.Body}"));
        return Math.Abs(received.At.ToUnixTimeSeconds() - long.Parse(parts["t"])) <= 5 && Convert.ToHexStringLower(expected) == parts["v1"];
    }

    /// <summary>Waits for a request.</summary>
    public async Task<Received> WaitForAsync(Func<Received, bool> wanted) =>
        (await Wait.ForAsync("such a request", () => Task.FromResult(Requests.FirstOrDefault(wanted)), found => found is not null))!;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers;
        int number;
        lock (_lock)
        {
            number = _received.Count;
            _received.Add(new Received(TimeProvider.System.GetUtcNow(), headers["X-PerfPlatform-Signature"]!, headers["X-PerfPlatform-Delivery"]!, headers["X-PerfPlatform-Event"]!, body));
        }

        await Task.Delay(Thinks, context.RequestAborted);
        context.Response.StatusCode = Answer(number);
        if (RetryAfter is not null) context.Response.Headers.RetryAfter = RetryAfter;
        await context.Response.WriteAsync("noted", context.RequestAborted);
        if (Trickles) await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
