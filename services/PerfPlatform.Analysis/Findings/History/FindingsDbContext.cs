using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Analysis.Findings.History;

/// <summary>The tables of findings: <c>metrics.trend</c>, <c>metrics.bottleneck</c>, <c>metrics.score</c>.</summary>
public sealed class FindingsDbContext(DbContextOptions<FindingsDbContext> options) : DbContext(options)
{
    /// <summary>The schema.</summary>
    public const string Schema = "metrics";

    /// <summary>The findings of a kind.</summary>
    public DbSet<FindingRow> Of(FindingKind kind) => Set<FindingRow>(kind.ToString().ToLowerInvariant());

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var table in (ReadOnlySpan<string>)["trend", "bottleneck", "score"])
        {
            modelBuilder.SharedTypeEntity<FindingRow>(table, row =>
            {
                row.ToTable(table, Schema);
                row.HasKey(r => r.Id).HasName($"pk_{table}");
                row.Property(r => r.Id).HasColumnName("id").UseIdentityAlwaysColumn();
                row.Property(r => r.Subject).HasColumnName("subject");
                row.Property(r => r.Host).HasColumnName("host");
                row.Property(r => r.Since).HasColumnName("since");
                row.Property(r => r.Until).HasColumnName("until");
                row.Property(r => r.Value).HasColumnName("value");
                row.Property(r => r.Finding).HasColumnName("finding").HasColumnType("jsonb");
                row.HasIndex(r => r.Until).HasDatabaseName($"ix_{table}_until");
            });
        }
    }
}
