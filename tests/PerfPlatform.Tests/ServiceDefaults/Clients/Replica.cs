using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

/// <summary>A replica that answers every request, and remembers them.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Replica(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>Method, host and the time that was left, of each request.</summary>
    public ConcurrentQueue<(string Method, string Host, string Left)> Asked { get; } = [];

    /// <summary>Starts one; without an answer it returns a page without items.</summary>
    public static async Task<Replica> StartAsync(Func<HttpContext, Task>? answer = null, string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", $"http://{host}:0");
        var replica = new Replica(builder.Build());
        replica._app.Run(async context =>
        {
            replica.Asked.Enqueue((context.Request.Method, context.Request.Host.Value ?? "", context.Request.Headers["X-PerfPlatform-Timeout"].ToString()));
            await (answer ?? EmptyPageAsync)(context);
        });
        await replica._app.StartAsync();
        return replica;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task EmptyPageAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"items":[],"nextCursor":null}""");
    }
}
