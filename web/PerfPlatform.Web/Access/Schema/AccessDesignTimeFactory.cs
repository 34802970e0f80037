using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace PerfPlatform.Web.Access.Schema;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model without a server.</summary>
public sealed class AccessDesignTimeFactory : IDesignTimeDbContextFactory<AccessDbContext>
{
    /// <inheritdoc />
    public AccessDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AccessDbContext>()
        .UseNpgsql("Host=design.invalid", npgsql => npgsql.MigrationsHistoryTable("__ef_migrations_history", AccessDbContext.SchemaName)).Options);
}
