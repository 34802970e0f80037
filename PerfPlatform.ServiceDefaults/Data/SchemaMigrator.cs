using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Runs the migrations of one schema, and tries again (0.5 to 10 s apart) for as long as the database is not there.</summary>
internal sealed partial class SchemaMigrator<TContext>(
    IDbContextFactory<TContext> contexts, SchemaReady<TContext> ready, MigrationTurn turn, TimeProvider clock, ILogger<SchemaMigrator<TContext>> logger) : BackgroundService
    where TContext : DbContext
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = TimeSpan.FromMilliseconds(500);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using (await turn.TakeAsync(stoppingToken))
                {
                    await using var context = await contexts.CreateDbContextAsync(stoppingToken);
                    // Else the first look at a history that is not there yet is a failed call in the traces of every first start.
                    await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(stoppingToken);
                    await context.Database.MigrateAsync(stoppingToken);
                }

                ready.Set();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogRetry(logger, typeof(TContext).Name, wait.TotalSeconds, e);
                await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromSeconds(Math.Min(10, wait.TotalSeconds * 2));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The migrations of {Context} must wait; next try in {Seconds} s")]
    private static partial void LogRetry(ILogger logger, string context, double seconds, Exception exception);
}
