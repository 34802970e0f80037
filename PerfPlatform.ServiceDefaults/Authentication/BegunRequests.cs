using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Ends what was begun with rights that are gone: a key that was revoked, changed or has expired, a session that is over or whose user may less.
/// Looked at twice a second, so that streams, WebSockets and long requests end within two seconds, at every replica.
/// </summary>
public sealed partial class BegunRequests(KeyRing keys, IEnumerable<ISessions> sessions, TimeProvider clock, ILogger<BegunRequests> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // Bounded by what the server has in work at a time.
    private readonly ConcurrentDictionary<BegunRequest, bool> _begun = new();

    private bool _unsure;

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            await next(context);
            return;
        }

        var request = new BegunRequest(context);
        _begun[request] = true;
        try
        {
            await next(context);
        }
        finally
        {
            _begun.TryRemove(request, out _);
            request.End();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (request, _) in _begun)
            {
                if (request.Key is { } key && !keys.Stands(key)) request.Lose();
            }

            await LookAtSessionsAsync(stoppingToken);
        }
    }

    private async Task LookAtSessionsAsync(CancellationToken cancellationToken)
    {
        var people = _begun.Keys.Where(request => request.Session is not null).ToList();
        if (people.Count == 0) return;
        try
        {
            foreach (var known in sessions)
            {
                var standing = await known.StandingAsync([.. people.Select(request => request.Session!).Distinct()], cancellationToken);
                foreach (var request in people.Where(request => !standing.Contains(request.Session!))) request.Lose();
            }

            _unsure = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Told once: it is tried again twice a second, and until then everything goes on.
            if (!_unsure) LogUnsure(logger, e);
            _unsure = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether sessions with an open stream still stand cannot be read now; the streams go on")]
    private static partial void LogUnsure(ILogger logger, Exception exception);
}
