using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.Analysis.Migrations;

/// <summary>The schema <c>metrics</c>. EF Core runs its migrations and nothing else: the hot paths speak to PostgreSQL directly.</summary>
public sealed class MetricsContext(DbContextOptions<MetricsContext> options) : DbContext(options)
{
    /// <summary>The schema's name.</summary>
    public const string Schema = "metrics";
}
