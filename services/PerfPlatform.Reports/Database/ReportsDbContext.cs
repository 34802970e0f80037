using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.Reports.Database;

/// <summary>The schema <c>reports</c>.</summary>
public sealed class ReportsDbContext(DbContextOptions<ReportsDbContext> options) : DbContext(options)
{
    /// <summary>The schema.</summary>
    public const string Schema = "reports";

    /// <summary>Where its migrations are noted.</summary>
    public const string History = "__ef_migrations_history";

    /// <summary>Reports without their files.</summary>
    public DbSet<ReportRow> Reports => Set<ReportRow>();

    /// <summary>Files.</summary>
    public DbSet<ReportFileRow> Files => Set<ReportFileRow>();

    /// <summary>Schedules.</summary>
    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<ReportRow>(report =>
        {
            report.ToTable("report");
            report.HasKey(r => r.Id).HasName("pk_report");
            // Byte order, which is time order for these ids.
            report.Property(r => r.Id).HasColumnName("id").UseCollation("C");
            report.Property(r => r.Kind).HasColumnName("kind").HasConversion<string>();
            report.Property(r => r.Format).HasColumnName("format").HasConversion<string>();
            report.Property(r => r.Status).HasColumnName("status").HasConversion<string>();
            report.Property(r => r.Progress).HasColumnName("progress");
            report.Property(r => r.From).HasColumnName("period_from");
            report.Property(r => r.To).HasColumnName("period_to");
            report.Property(r => r.Match).HasColumnName("match");
            report.Property(r => r.CreatedAt).HasColumnName("created_at");
            report.Property(r => r.CreatedBy).HasColumnName("created_by");
            report.Property(r => r.ScheduleId).HasColumnName("schedule_id");
            report.Property(r => r.FinishedAt).HasColumnName("finished_at");
            report.Property(r => r.Size).HasColumnName("size");
            report.Property(r => r.Error).HasColumnName("error");
            report.Property(r => r.Attempt).HasColumnName("attempt");
            report.Property(r => r.LeaseUntil).HasColumnName("lease_until");
            report.HasIndex(r => r.Status).HasDatabaseName("ix_report_status");
        });
        modelBuilder.Entity<ReportFileRow>(file =>
        {
            file.ToTable("report_file");
            file.HasKey(f => f.ReportId).HasName("pk_report_file");
            file.Property(f => f.ReportId).HasColumnName("report_id").UseCollation("C");
            file.Property(f => f.ContentType).HasColumnName("content_type");
            file.Property(f => f.FileName).HasColumnName("file_name");
            file.Property(f => f.Content).HasColumnName("content");
            file.HasOne<ReportRow>().WithOne().HasForeignKey<ReportFileRow>(f => f.ReportId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_report_file_report");
        });
        modelBuilder.Entity<ScheduleRow>(schedule =>
        {
            schedule.ToTable("schedule");
            schedule.HasKey(s => s.Id).HasName("pk_schedule");
            schedule.Property(s => s.Id).HasColumnName("id").UseCollation("C");
            schedule.Property(s => s.Definition).HasColumnName("definition").HasColumnType("jsonb");
            schedule.Property(s => s.CreatedAt).HasColumnName("created_at");
            schedule.Property(s => s.CreatedBy).HasColumnName("created_by");
            schedule.Property(s => s.LastRunAt).HasColumnName("last_run_at");
            schedule.Property(s => s.LastReportId).HasColumnName("last_report_id");
            schedule.Property(s => s.LastError).HasColumnName("last_error");
        });
    }
}
