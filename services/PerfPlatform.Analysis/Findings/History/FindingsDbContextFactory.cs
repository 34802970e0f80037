using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PerfPlatform.Analysis.Findings.History;

/// <summary>Lets the EF Core tools make migrations without a running service.</summary>
internal sealed class FindingsDbContextFactory : IDesignTimeDbContextFactory<FindingsDbContext>
{
    public FindingsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<FindingsDbContext>().UseNpgsql("Host=localhost", npgsql => npgsql.MigrationsHistoryTable("__findings_migrations", FindingsDbContext.Schema)).Options);
}
