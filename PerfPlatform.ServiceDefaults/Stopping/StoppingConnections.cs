using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Ends WebSockets that are still open a moment after the stop was asked for: a browser that shows a page must not hold up the end of the process.
/// Requests of any other kind end by themselves.
/// </summary>
internal sealed class StoppingConnections : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _stopping;

    public StoppingConnections(IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _stopping = lifetime.ApplicationStopping.Register(() => _over.CancelAfter(Grace));
    }

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Headers.ContainsKey(HeaderNames.Upgrade))
        {
            await next(context);
            return;
        }

        await using var _ = _over.Token.Register(context.Abort);
        await next(context);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _over.Dispose();
    }
}
