using System.Text.Json;
using Microsoft.Extensions.Options;
using PerfPlatform.Ingestion.Scrape.Targets;
using StackExchange.Redis;

namespace PerfPlatform.Ingestion.Scrape.Coordination;

/// <summary>Runs a scraper for each target that this instance owns, and looks again and again who owns what.</summary>
internal sealed partial class ScrapeSupervisor(
    ScrapeTargets targets, ScrapeTargetStore store, IConnectionMultiplexer redis, ScrapeTools tools, IOptions<ScrapeOptions> options, ILogger<ScrapeSupervisor> logger) : BackgroundService
{
    private readonly ScrapeMembers _members = new(redis, tools.Instance, options.Value.CoordinationInterval);
    private readonly SemaphoreSlim _signal = new(0, 1);

    // Bounded by the targets of the installation. Changed by the supervisor's own loop alone, read by the API.
    private readonly Dictionary<string, RunningScraper> _running = [];
    private readonly Lock _change = new();
    private IReadOnlyList<string> _alive = [tools.Instance];
    private bool _reachable = true;

    /// <summary>Has targets looked at now, and not only at the next time.</summary>
    public void Signal()
    {
        lock (_change)
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }

    /// <summary>How every target does, as far as it is known: the own ones, and those of other instances while Redis answers.</summary>
    public async Task<IReadOnlyDictionary<string, ScrapeState>> StatesAsync()
    {
        var states = new Dictionary<string, ScrapeState>();
        try
        {
            foreach (var (id, state) in await _members.OthersAsync()) states[id] = state;
        }
        catch (Exception e) when (IsRedisTrouble(e))
        {
            // The own ones are known.
        }

        foreach (var (id, state) in OwnStates()) states[id] = state;
        return states;
    }

    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var first = true;
        try
        {
            while (true)
            {
                await LookAsync();
                // Others scrape: they must have heard of this instance before it takes targets from them.
                if (!first || _alive.Count == 1) await ReconcileAsync(stoppingToken);
                first = false;
                await TellAsync();
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync();
        }
    }

    private static bool IsRedisTrouble(Exception e) => e is RedisException or RedisTimeoutException or JsonException or ObjectDisposedException;

    private async Task WaitAsync(CancellationToken stop)
    {
        // By the clock of the process, which tests set.
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var period = Task.Delay(options.Value.CoordinationInterval, tools.Clock, wait.Token);
        var signal = _signal.WaitAsync(wait.Token);
        await Task.WhenAny(period, signal);
        await wait.CancelAsync();
        await signal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private async Task LookAsync()
    {
        try
        {
            var alive = await _members.BeatAsync();
            if (alive.Count > 0) _alive = alive;
            targets.Learn(await store.ListAsync());
            if (!_reachable) LogReachable(logger);
            _reachable = true;
        }
        catch (Exception e) when (IsRedisTrouble(e))
        {
            if (_reachable) LogUnreachable(logger, e);
            _reachable = false;
        }
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        // All together not longer than the next look at the members may wait.
        using var limit = new CancellationTokenSource(options.Value.CoordinationInterval, tools.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        foreach (var (id, running) in _running.ToArray())
        {
            targets.All.TryGetValue(id, out var target);
            var mine = target is not null && TargetOwner.Of(id, _alive) == tools.Instance;
            if (mine && ReferenceEquals(target, running.Scraper.Target)) continue;
            lock (_change) _running.Remove(id);
            await running.DisposeAsync();
            // Where another instance goes on, so do the series.
            if (!ReferenceEquals(target, running.Scraper.Target)) await EndAsync(running.Scraper, either.Token);
        }

        foreach (var (id, target) in targets.All)
        {
            if (_running.ContainsKey(id) || TargetOwner.Of(id, _alive) != tools.Instance) continue;
            var running = RunningScraper.Start(new TargetScraper(target, tools));
            lock (_change) _running[id] = running;
        }
    }

    private async Task EndAsync(TargetScraper scraper, CancellationToken cancellationToken)
    {
        try
        {
            await scraper.EndAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Whatever it is, the other targets go on.
            LogNotEnded(logger, e, scraper.Target);
        }
    }

    private Dictionary<string, ScrapeState> OwnStates()
    {
        lock (_change) return _running.Where(r => r.Value.Scraper.State is not null).ToDictionary(r => r.Key, r => r.Value.Scraper.State!);
    }

    private async Task TellAsync()
    {
        if (!_reachable || _alive.Count == 1) return;
        try
        {
            await _members.TellAsync(OwnStates());
        }
        catch (Exception e) when (IsRedisTrouble(e))
        {
            LogUnreachable(logger, e);
        }
    }

    private async Task LeaveAsync()
    {
        await Task.WhenAll(_running.Values.Select(r => r.DisposeAsync().AsTask()));
        try
        {
            await _members.LeaveAsync();
        }
        catch (Exception e) when (IsRedisTrouble(e))
        {
            LogUnreachable(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis does not answer; the scrape targets last known go on")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again; scrape targets are up to date")]
    private static partial void LogReachable(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The series of the removed target {Target} could not be ended")]
    private static partial void LogNotEnded(ILogger logger, Exception exception, ScrapeTarget target);
}
