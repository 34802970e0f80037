using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PerfPlatform.Analysis.Health;

/// <summary>Lets the EF Core tools make migrations without a running service.</summary>
internal sealed class HealthDbContextFactory : IDesignTimeDbContextFactory<HealthDbContext>
{
    public HealthDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<HealthDbContext>().UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable(HealthDbContext.History, HealthDbContext.Schema)).Options);
}
