using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings.History;
using PerfPlatform.Analysis.Scores;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>
/// Computes bottlenecks and scores every minute and trends every ten, and keeps them: on one replica. A run that fails is logged and the next one tried.
/// </summary>
public sealed partial class FindingJob(
    HostReader hosts, TrendFinder trends, FindingStore store, SchemaReady<FindingsDbContext> schema, ILeadership leadership, IOptions<FindingsOptions> options, TimeProvider clock,
    ILogger<FindingJob> logger) : BackgroundService
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TrendWindow = TimeSpan.FromHours(1);
    private static readonly HostSignal[] Trending = [HostSignal.Memory, HostSignal.Filesystem, HostSignal.Swap];
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private readonly FindingsOptions _options = options.Value;
    private DateTimeOffset _trendsAt;
    private DateTimeOffset _forgetAt;

    /// <summary>One run.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var request = new FindingRequest { From = now - Window, To = now };
        var readings = await hosts.ReadAsync(request, cancellationToken);
        var gap = _options.Interval * 3;
        await store.KeepAsync(FindingKind.Bottleneck, BottleneckFinder.Find(readings, request), now, gap, cancellationToken);
        await store.KeepAsync(FindingKind.Score, ScoreFinder.Find(readings, request), now, gap, cancellationToken);
        if (now >= _trendsAt)
        {
            _trendsAt = now + _options.TrendInterval;
            foreach (var signal in Trending) await KeepTrendsAsync(signal, now, cancellationToken);
        }

        if (now >= _forgetAt)
        {
            _forgetAt = now + ForgetEvery;
            await store.ForgetAsync(now - _options.Retention, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(_options.Interval, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (leadership.IsLeader) await TryRunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(logger);
        }
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
        }
    }

    private async Task KeepTrendsAsync(HostSignal signal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var found = await trends.FindAsync(signal, new FindingRequest { From = now - TrendWindow, To = now }, cancellationToken);
            await store.KeepAsync(FindingKind.Trend, [.. found.Where(t => t.Data!.Value.GetProperty("direction").GetString() != "flat")], now, _options.TrendInterval * 2, cancellationToken);
        }
        catch (QueryException e)
        {
            LogTrendsSkipped(logger, signal, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bottlenecks and scores could not be computed now; the next run tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The trends of {Signal} are not kept: {Reason}")]
    private static partial void LogTrendsSkipped(ILogger logger, HostSignal signal, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The computation of bottlenecks and scores has stopped")]
    private static partial void LogStopped(ILogger logger);
}
