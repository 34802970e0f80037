using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PerfPlatform.Alerting.Database;

/// <summary>For <c>dotnet ef migrations add</c>, which needs the model and no server.</summary>
public sealed class AlertingContextFactory : IDesignTimeDbContextFactory<AlertingContext>
{
    /// <inheritdoc />
    public AlertingContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<AlertingContext>().UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history", AlertingContext.Schema)).Options);
}
