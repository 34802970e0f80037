using Microsoft.Extensions.Options;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Health;

/// <summary>
/// Loads definitions and history when the database is there, then writes what checks found every few seconds. While the database is away checks go on
/// and what they found waits in memory. A replica that no longer leads forgets what it knows, and reads it anew when it leads again.
/// </summary>
public sealed partial class HistoryWriter(
    ComponentRegistry registry, ComponentStore store, SchemaReady<HealthDbContext> schema, ILeadership leadership, IOptions<HealthOptions> options, TimeProvider clock,
    ILogger<HistoryWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(3);
    private DateTimeOffset _forgetAt;
    private bool _loaded;

    /// <summary>Writes what has not been written.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var all = new List<(string, StatusSpan)>();
        var written = new List<(WatchedComponent Component, DateTimeOffset To)>();
        foreach (var component in registry.All)
        {
            var spans = component.Unwritten();
            if (spans.Count == 0) continue;
            all.AddRange(spans.Select(s => (component.Name, s)));
            written.Add((component, spans[^1].To));
        }

        await store.WriteAsync(all, cancellationToken);
        foreach (var (component, to) in written) component.Written(to);
        await WriteHeartbeatsAsync(registry.All, cancellationToken);
    }

    /// <summary>Writes a heartbeat that has just come, as the next may be a month away; where that fails the next round does it.</summary>
    public async Task TryWriteHeartbeatAsync(WatchedComponent component, CancellationToken cancellationToken)
    {
        try
        {
            await WriteHeartbeatsAsync([component], cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(options.Value.WriteInterval, clock);
            do
            {
                await TryRunAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping(logger);
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_loaded) return;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(LastWrite);
        try
        {
            await WriteAsync(timeout.Token);
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    private async Task WriteHeartbeatsAsync(IEnumerable<WatchedComponent> components, CancellationToken cancellationToken)
    {
        var beats = new List<(WatchedComponent Component, DateTimeOffset At)>();
        foreach (var component in components)
        {
            if (component.UnwrittenHeartbeat() is { } at) beats.Add((component, at));
        }

        await store.BeatAsync([.. beats.Select(b => (b.Component.Name, b.At))], cancellationToken);
        foreach (var (component, at) in beats) component.WrittenHeartbeat(at);
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!leadership.IsLeader)
            {
                if (_loaded) registry.Clear();
                _loaded = false;
                return;
            }

            if (!_loaded) await LoadAsync(cancellationToken);
            _loaded = true;
            await WriteAsync(cancellationToken);
            var now = clock.GetUtcNow();
            if (now < _forgetAt) return;
            _forgetAt = now + ForgetEvery;
            await store.ForgetAsync(now - options.Value.Retention, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (name, definition, putAt, lastHeartbeat) in await store.DefinitionsAsync(cancellationToken))
        {
            // One that was put while the database came up is newer than what was read.
            if (registry.Find(name) is { IsOwn: false }) continue;
            registry.Put(new WatchedComponent(name, definition, putAt, lastHeartbeat, await store.SpansAsync(name, now - Month, cancellationToken), now));
        }

        registry.Loaded();
        foreach (var own in registry.All.Where(c => c.IsOwn)) own.Prepend(await store.SpansAsync(own.Name, now - Month, cancellationToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The history of components waits for the database")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The writer of component history stops")]
    private static partial void LogStopping(ILogger logger);
}
