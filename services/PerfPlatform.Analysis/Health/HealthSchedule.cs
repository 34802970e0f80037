using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Health;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Health;

/// <summary>
/// Checks every component when it is due, a bounded number at once, and PerfPlatform's own parts at their own interval: on one replica. Needs no database.
/// Intervals vary by a tenth so that many components do not fall into step.
/// </summary>
public sealed partial class HealthSchedule(
    ComponentRegistry registry, ComponentChecker checker, ISelfProbe self, ILeadership leadership, IOptions<HealthOptions> options, TimeProvider clock, ILogger<HealthSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);
    private readonly List<Task> _running = []; // at most one a component, so bounded by ComponentRegistry.MostComponents
    private DateTimeOffset _selfDue;

    /// <inheritdoc />
    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            do
            {
                if (leadership.IsLeader) StartDue(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping(logger, _running.Count);
        }

        await Task.WhenAll(_running);
    }

    private void StartDue(CancellationToken cancellationToken)
    {
        _running.RemoveAll(task => task.IsCompleted);
        var now = clock.GetUtcNow();
        if (now >= _selfDue)
        {
            _selfDue = now + options.Value.SelfInterval;
            _running.Add(CheckSelfAsync(cancellationToken));
        }

        foreach (var component in registry.All)
        {
            if (component.DueAt > now || component.Definition.Probe.Kind == ProbeKind.Self || !component.TryBegin()) continue;
            component.DueAt = component.NextCheck(now, 0.95 + (Random.Shared.NextDouble() / 10));
            _running.Add(CheckAsync(component, cancellationToken));
        }
    }

    private async Task CheckAsync(WatchedComponent component, CancellationToken cancellationToken)
    {
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                await checker.CheckAsync(component, cancellationToken);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogCancelled(logger, component.Name);
        }
        finally
        {
            component.End();
        }
    }

    private async Task CheckSelfAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (name, result) in await self.CheckAsync(cancellationToken)) checker.Take(Own(name), result);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogSelfFailed(logger, e);
        }
        catch (OperationCanceledException)
        {
            LogCancelled(logger, "PerfPlatform");
        }
    }

    // A person's component of the same name keeps it.
    private WatchedComponent Own(string name)
    {
        if (registry.Find(name) is { IsOwn: false }) name = "perfplatform-" + name;
        if (registry.Find(name) is { } found) return found;
        var definition = new ComponentDefinition { Probe = new Probe { Kind = ProbeKind.Self }, Interval = options.Value.SelfInterval };
        var component = new WatchedComponent(name, definition, clock.GetUtcNow()) { IsOwn = true };
        return registry.TryAdd(component) ? component : registry.Find(name) ?? component;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "PerfPlatform could not check itself")]
    private static partial void LogSelfFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The check of {Component} was given up, the service stops")]
    private static partial void LogCancelled(ILogger logger, string component);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Component checks stop; {Count} still run")]
    private static partial void LogStopping(ILogger logger, int count);
}
