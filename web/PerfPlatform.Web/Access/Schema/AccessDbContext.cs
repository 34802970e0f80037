using Microsoft.EntityFrameworkCore;

namespace PerfPlatform.Web.Access.Schema;

/// <summary>The schema <c>access</c>: users, their sessions, tries at their passwords, keys, audit.</summary>
public sealed class AccessDbContext(DbContextOptions<AccessDbContext> options) : DbContext(options)
{
    /// <summary>The schema's name.</summary>
    public const string SchemaName = "access";

    /// <summary>People.</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>Who is signed in.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>Tries at passwords.</summary>
    public DbSet<PasswordTries> PasswordTries => Set<PasswordTries>();

    /// <summary>API keys.</summary>
    public DbSet<ApiKey> Keys => Set<ApiKey>();

    /// <summary>Who did what.</summary>
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(SchemaName);
        modelBuilder.Entity<User>(user =>
        {
            user.ToTable("users").HasKey(u => u.Id).HasName("users_pkey");
            user.Property(u => u.Id).HasColumnName("id").ValueGeneratedNever();
            user.Property(u => u.Name).HasColumnName("name").HasMaxLength(64);
            user.Property(u => u.PasswordHash).HasColumnName("password_hash");
            user.Property(u => u.Role).HasColumnName("role").HasMaxLength(16)
                .HasConversion(r => r.ToString().ToLowerInvariant(), t => Enum.Parse<UserRole>(t, true));
            user.Property(u => u.Stamp).HasColumnName("stamp");
            user.Property(u => u.CreatedAt).HasColumnName("created_at");
            user.Property(u => u.LastSignInAt).HasColumnName("last_sign_in_at");
            user.HasIndex(u => u.Name).IsUnique().HasDatabaseName("users_name");
        });
        modelBuilder.Entity<Session>(session =>
        {
            session.ToTable("sessions").HasKey(s => s.Id).HasName("sessions_pkey");
            session.Property(s => s.Id).HasColumnName("id").ValueGeneratedNever();
            session.Property(s => s.UserId).HasColumnName("user_id");
            session.Property(s => s.Stamp).HasColumnName("stamp");
            session.Property(s => s.CreatedAt).HasColumnName("created_at");
            session.Property(s => s.SeenAt).HasColumnName("seen_at");
            session.Property(s => s.ExpiresAt).HasColumnName("expires_at");
            session.Property(s => s.Address).HasColumnName("address");
            session.Property(s => s.Agent).HasColumnName("agent");
            session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("sessions_user");
            session.HasIndex(s => s.UserId).HasDatabaseName("sessions_user_id");
        });
        modelBuilder.Entity<PasswordTries>(tries =>
        {
            tries.ToTable("password_tries").HasKey(t => t.Key).HasName("password_tries_pkey");
            tries.Property(t => t.Key).HasColumnName("key").HasMaxLength(160);
            tries.Property(t => t.Tries).HasColumnName("tries");
            tries.Property(t => t.At).HasColumnName("at");
            tries.Property(t => t.LockedUntil).HasColumnName("locked_until");
        });
        modelBuilder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys").HasKey(k => k.Id).HasName("api_keys_pkey");
            key.Property(k => k.Id).HasColumnName("id").HasMaxLength(64);
            key.Property(k => k.Name).HasColumnName("name").HasMaxLength(100);
            key.Property(k => k.Hash).HasColumnName("hash").HasMaxLength(64);
            key.Property(k => k.Scopes).HasColumnName("scopes");
            key.Property(k => k.Internal).HasColumnName("internal");
            key.Property(k => k.CreatedBy).HasColumnName("created_by");
            key.Property(k => k.CreatedAt).HasColumnName("created_at");
            key.Property(k => k.ExpiresAt).HasColumnName("expires_at");
            key.Property(k => k.RevokedAt).HasColumnName("revoked_at");
            key.Property(k => k.MaxSeries).HasColumnName("max_series");
            key.Property(k => k.MaxSamplesPerRequest).HasColumnName("max_samples_per_request");
            key.Property(k => k.MaxBodyBytes).HasColumnName("max_body_bytes");
        });
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.ToTable("audit").HasKey(e => e.Id).HasName("audit_pkey");
            entry.Property(e => e.Id).HasColumnName("id").UseIdentityAlwaysColumn();
            entry.Property(e => e.At).HasColumnName("at");
            entry.Property(e => e.Actor).HasColumnName("actor");
            entry.Property(e => e.Action).HasColumnName("action");
            entry.Property(e => e.Target).HasColumnName("target");
            entry.Property(e => e.Detail).HasColumnName("detail");
            entry.Property(e => e.Address).HasColumnName("address");
            entry.HasIndex(e => e.At).HasDatabaseName("audit_at");
        });
    }
}
