using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.Alerting.Database;

/// <summary>The schema <c>alerting</c>.</summary>
public sealed class AlertingContext(DbContextOptions<AlertingContext> options) : DbContext(options)
{
    /// <summary>The schema's name.</summary>
    public const string Schema = "alerting";

    /// <summary>Rules.</summary>
    public DbSet<RuleRow> Rules => Set<RuleRow>();

    /// <summary>Rules of the default pack that were added once.</summary>
    public DbSet<SeededRuleRow> SeededRules => Set<SeededRuleRow>();

    /// <summary>Occurrences of alerts.</summary>
    public DbSet<AlertRow> Alerts => Set<AlertRow>();

    /// <summary>Silences.</summary>
    public DbSet<SilenceRow> Silences => Set<SilenceRow>();

    /// <summary>Webhook subscriptions.</summary>
    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();

    /// <summary>What each subscription was told of each rule.</summary>
    public DbSet<NotificationGroupRow> NotificationGroups => Set<NotificationGroupRow>();

    /// <summary>The outbox.</summary>
    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();

    /// <summary>The delivery log.</summary>
    public DbSet<DeliveryAttemptRow> Attempts => Set<DeliveryAttemptRow>();

    /// <summary>Up to where rules were evaluated.</summary>
    public DbSet<EvaluationPositionRow> Positions => Set<EvaluationPositionRow>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<RuleRow>(table =>
        {
            table.ToTable("rule").HasKey(r => r.Id);
            table.Property(r => r.Definition).HasColumnType("jsonb");
        });
        modelBuilder.Entity<SeededRuleRow>(table => table.ToTable("seeded_rule").HasKey(r => r.Name));
        modelBuilder.Entity<AlertRow>(table =>
        {
            table.ToTable("alert").HasKey(a => a.Id);
            table.Property(a => a.Labels).HasColumnType("jsonb");
            table.Property(a => a.GroupLabels).HasColumnType("jsonb");
            table.Property(a => a.Annotations).HasColumnType("jsonb");
            table.HasIndex(a => new { a.BeganAt, a.Id }).IsDescending();
            table.HasIndex(a => a.State).HasFilter("state <> 'resolved'");
            table.HasIndex(a => a.ResolvedAt);
            table.HasIndex(a => a.Seen).HasFilter("NOT seen");
        });
        modelBuilder.Entity<SilenceRow>(table =>
        {
            table.ToTable("silence").HasKey(s => s.Id);
            table.HasIndex(s => s.EndsAt);
        });
        modelBuilder.Entity<WebhookRow>(table =>
        {
            table.ToTable("webhook").HasKey(w => w.Id);
            table.Property(w => w.Definition).HasColumnType("jsonb");
        });
        modelBuilder.Entity<NotificationGroupRow>(table =>
        {
            table.ToTable("notification_group").HasKey(g => new { g.WebhookId, g.RuleId });
            table.Property(g => g.Told).HasColumnType("jsonb");
            table.HasOne<WebhookRow>().WithMany().HasForeignKey(g => g.WebhookId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<DeliveryRow>(table =>
        {
            table.ToTable("delivery").HasKey(d => d.Id);
            table.Property(d => d.RuleId).HasDefaultValue("");
            table.HasIndex(d => new { d.WebhookId, d.CreatedAt, d.Id }).IsDescending(false, true, true);
            table.HasIndex(d => d.CreatedAt).HasFilter("status = 'pending'");
            table.HasOne<WebhookRow>().WithMany().HasForeignKey(d => d.WebhookId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<DeliveryAttemptRow>(table =>
        {
            table.ToTable("delivery_attempt").HasKey(a => a.Id);
            table.Property(a => a.Id).UseIdentityAlwaysColumn();
            table.HasIndex(a => a.DeliveryId);
            table.HasOne<DeliveryRow>().WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<EvaluationPositionRow>(table =>
        {
            table.ToTable("evaluation_position").HasKey(p => p.Id);
            table.Property(p => p.Id).ValueGeneratedNever();
        });
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(t => t.GetProperties())) property.SetColumnName(SnakeCase(property.Name));
    }

    private static string SnakeCase(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
