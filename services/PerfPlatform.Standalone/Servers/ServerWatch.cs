namespace PerfPlatform.Standalone.Servers;

/// <summary>Starts an embedded server again that was killed, at the same address: the services keep trying and go on.</summary>
internal sealed partial class ServerWatch(EmbeddedServers servers, TimeProvider clock, ILogger<ServerWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (servers.Postgres is { IsRunning: false } postgres)
                await RestartAsync("PostgreSQL", postgres.StartAsync, stoppingToken);
            if (servers.Redis is { IsRunning: false } redis)
                await RestartAsync("Redis", redis.StartAsync, stoppingToken);
        }
    }

    private async Task RestartAsync(string name, Func<CancellationToken, Task> start, CancellationToken cancellationToken)
    {
        LogGone(logger, name);
        try
        {
            await start(cancellationToken);
            LogBack(logger, name);
        }
        catch (Exception e) when (e is StartupException or Npgsql.NpgsqlException or IOException)
        {
            // Its orphaned processes may hold its memory for a moment: the next tick tries again.
            LogFailed(logger, name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} has ended by itself; it is started again")]
    private static partial void LogGone(ILogger logger, string server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} is back")]
    private static partial void LogBack(ILogger logger, string server);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Server} does not start: {Reason}")]
    private static partial void LogFailed(ILogger logger, string server, string reason);
}
