using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PerfPlatform.Contracts;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The PostgreSQL database as the services use it: one database, a schema for each owner.</summary>
public static class MetricsDatabaseExtensions
{
    /// <summary>Registers <c>IDbContextFactory</c> of a schema's owner; its migrations run at the start and are tried again until the database is there.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="schema">The schema that the context owns; its migrations history is there too.</param>
    /// <param name="historyTable">Another name where a schema has two contexts.</param>
    public static IHostApplicationBuilder AddSchema<TContext>(this IHostApplicationBuilder builder, string schema, string historyTable = "__ef_migrations_history")
        where TContext : DbContext
    {
        builder.AddMetricsDatabase();
        builder.Services.AddDbContextFactory<TContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>(), npgsql => npgsql.MigrationsHistoryTable(historyTable, schema)));
        // Transactions are begun by hand, which a retry of single commands would break; the one check of the database knows the schemas too; the data source is traced already.
        builder.EnrichNpgsqlDbContext<TContext>(settings => settings.DisableRetry = settings.DisableHealthChecks = settings.DisableTracing = true);
        builder.Services.TryAddSingleton<MigrationTurn>();
        builder.Services.AddSingleton<SchemaReady<TContext>>();
        builder.Services.AddSingleton<ISchemaState>(services => services.GetRequiredService<SchemaReady<TContext>>());
        builder.Services.AddBackground<SchemaMigrator<TContext>>();
        return builder;
    }

    // Once, however many schemas are in the process: <c>ConnectionStrings:metrics</c>.
    private static void AddMetricsDatabase(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(NpgsqlDataSource))) return;
        builder.AddNpgsqlDataSource(ResourceNames.Metrics, settings =>
        {
            settings.DisableHealthChecks = true;
            settings.DisableTracing = !builder.IsTraced();
        }, source =>
        {
            source.Name = ResourceNames.Metrics;
            source.ConnectionStringBuilder.ApplicationName ??= builder.Environment.ApplicationName;
        });
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: [ServiceDefaultsExtensions.ReadyTag]);
    }
}
