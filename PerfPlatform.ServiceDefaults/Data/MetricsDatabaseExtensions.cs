using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfPlatform.Contracts;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The PostgreSQL database as the services use it: one database, a schema for each owner.</summary>
public static class MetricsDatabaseExtensions
{
    /// <summary>Registers the data source (<c>ConnectionStrings:metrics</c>) and its health check. May be called often.</summary>
    public static IHostApplicationBuilder AddMetricsDatabase(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(NpgsqlDataSource))) return builder;
        builder.Services.AddSingleton(services =>
        {
            var text = builder.Configuration.GetConnectionString(ResourceNames.Metrics)
                ?? throw new InvalidOperationException("ConnectionStrings__metrics is not set: name the PostgreSQL database, for example Host=localhost;Database=metrics;Username=perf;Password=...");
            var source = new NpgsqlDataSourceBuilder(text) { Name = ResourceNames.Metrics };
            source.ConnectionStringBuilder.ApplicationName ??= builder.Environment.ApplicationName;
            source.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
            return source.Build();
        });
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database", tags: [ServiceDefaultsExtensions.ReadyTag]);
        return builder;
    }

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
        builder.Services.TryAddSingleton<MigrationTurn>();
        builder.Services.AddSingleton<SchemaReady<TContext>>();
        builder.Services.AddSingleton<ISchemaState>(services => services.GetRequiredService<SchemaReady<TContext>>());
        builder.Services.AddBackground<SchemaMigrator<TContext>>();
        return builder;
    }
}
