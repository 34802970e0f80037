using Hangfire.PostgreSql;
using Npgsql;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Makes Hangfire's storage without touching the database, so that the service starts while it is away.</summary>
internal static class JobStorageFactory
{
    public const string Schema = "hangfire";

    public static PostgreSqlStorage Create(NpgsqlDataSource database, TimeSpan lease) => new(new Connections(database), new PostgreSqlStorageOptions
    {
        SchemaName = Schema,
        PrepareSchemaIfNecessary = false,
        AllowDegradedModeWithoutStorage = true,
        EnableTransactionScopeEnlistment = false,
        QueuePollInterval = TimeSpan.FromSeconds(2),
        EnableLongPolling = true,
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = lease,
        DistributedLockTimeout = TimeSpan.FromMinutes(1),
    });

    private sealed class Connections(NpgsqlDataSource database) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => database.CreateConnection();
    }
}
