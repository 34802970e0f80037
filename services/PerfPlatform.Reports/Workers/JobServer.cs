using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.Reports.Schedules;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Workers;

/// <summary>
/// Prepares Hangfire's schema and runs its workers, as soon as the database is there; then looks every few seconds for reports that no worker has
/// (a message lost, a process killed) and removes old ones.
/// </summary>
public sealed partial class JobServer(
    JobStorage storage, NpgsqlDataSource database, SchemaReady<ReportsDbContext> schema, IServiceScopeFactory scopes, ReportStore reports, ReportQueue queue,
    ScheduleCatalog schedules, JobServerState state, IOptions<ReportsOptions> options, TimeProvider clock, ILogger<JobServer> logger) : BackgroundService
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        BackgroundJobServer? server = null;
        try
        {
            await schema.WaitAsync(stoppingToken);
            while (!await TryPrepareAsync(stoppingToken)) await Task.Delay(RetryEvery, clock, stoppingToken);
            server = Start();
            state.IsRunning = true;
            using var timer = new PeriodicTimer(options.Value.SweepInterval, clock);
            do
            {
                await TrySweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping(logger);
        }
        finally
        {
            state.IsRunning = false;
            if (server is not null)
            {
                server.SendStop();
                await server.WaitForShutdownAsync(CancellationToken.None);
                server.Dispose();
            }
        }
    }

    private async Task<bool> TryPrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            PostgreSqlObjectsInstaller.Install(connection, JobStorageFactory.Schema);
            state.IsPrepared = true;
            await schedules.SyncAsync(cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogWaiting(logger, e);
            return false;
        }
    }

    private BackgroundJobServer Start() => new(
        new BackgroundJobServerOptions
        {
            WorkerCount = options.Value.Workers,
            Activator = new JobScopes(scopes),
            StopTimeout = StopTimeout,
            ShutdownTimeout = StopTimeout,
            SchedulePollingInterval = TimeSpan.FromSeconds(2),
            CancellationCheckInterval = TimeSpan.FromSeconds(2),
        },
        storage);

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var id in await reports.OrphansAsync(options.Value.SweepInterval, cancellationToken)) queue.Enqueue(id);
            var removed = await reports.ForgetAsync(cancellationToken);
            if (removed > 0) LogRemoved(logger, removed);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogWaiting(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The workers of reports wait for the database")]
    private static partial void LogWaiting(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} old reports were removed")]
    private static partial void LogRemoved(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The workers of reports stop")]
    private static partial void LogStopping(ILogger logger);
}
