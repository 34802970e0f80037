using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.Analysis.Health;

/// <summary>The tables of component health: <c>metrics.component</c> and <c>metrics.health_check</c>.</summary>
public sealed class HealthDbContext(DbContextOptions<HealthDbContext> options) : DbContext(options)
{
    /// <summary>The schema.</summary>
    public const string Schema = "metrics";

    /// <summary>Where its migrations are noted.</summary>
    public const string History = "__health_migrations";

    /// <summary>Definitions.</summary>
    public DbSet<ComponentRow> Components => Set<ComponentRow>();

    /// <summary>The history.</summary>
    public DbSet<HealthCheckRow> Checks => Set<HealthCheckRow>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<ComponentRow>(component =>
        {
            component.ToTable("component");
            component.HasKey(c => c.Name).HasName("pk_component");
            component.Property(c => c.Name).HasColumnName("name");
            component.Property(c => c.Definition).HasColumnName("definition").HasColumnType("jsonb");
            component.Property(c => c.UpdatedAt).HasColumnName("updated_at");
            component.Property(c => c.LastHeartbeat).HasColumnName("last_heartbeat");
        });
        modelBuilder.Entity<HealthCheckRow>(check =>
        {
            check.ToTable("health_check");
            check.HasKey(c => new { c.Component, c.Since }).HasName("pk_health_check");
            check.Property(c => c.Component).HasColumnName("component");
            check.Property(c => c.Status).HasColumnName("status").HasConversion<short>();
            check.Property(c => c.Since).HasColumnName("since");
            check.Property(c => c.Until).HasColumnName("until");
            check.HasIndex(c => c.Until).HasDatabaseName("ix_health_check_until");
        });
    }
}
