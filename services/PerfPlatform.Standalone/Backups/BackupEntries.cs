namespace PerfPlatform.Standalone.Backups;

/// <summary>The names of what is in a backup's file.</summary>
internal static class BackupEntries
{
    /// <summary>The database, as pg_dump writes and pg_restore reads it.</summary>
    public const string Database = "database.dump";

    /// <summary>What only Redis holds.</summary>
    public const string Redis = "redis.json";

    /// <summary>The installation's secret, where it is known to whoever makes the backup.</summary>
    public const string Secret = "secret";

    /// <summary>The <see cref="BackupManifest"/>.</summary>
    public const string Manifest = "manifest.json";
}
