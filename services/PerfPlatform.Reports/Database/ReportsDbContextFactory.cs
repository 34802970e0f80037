using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PerfPlatform.Reports.Database;

/// <summary>Lets the EF Core tools make migrations without a running service.</summary>
internal sealed class ReportsDbContextFactory : IDesignTimeDbContextFactory<ReportsDbContext>
{
    public ReportsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<ReportsDbContext>().UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable(ReportsDbContext.History, ReportsDbContext.Schema)).Options);
}
