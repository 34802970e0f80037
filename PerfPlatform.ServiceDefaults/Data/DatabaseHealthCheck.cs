using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whether PostgreSQL answers and the schemas of this process are there.</summary>
internal sealed class DatabaseHealthCheck(NpgsqlDataSource database, IEnumerable<ISchemaState> schemas) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(TimeSpan.FromSeconds(2));
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(timeout.Token);
            return schemas.All(schema => schema.IsReady) ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The tables are being made or brought up to date.");
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            return HealthCheckResult.Degraded((ServerTrouble.Name(e) ?? "PostgreSQL does not answer") + ".", e);
        }
    }
}
