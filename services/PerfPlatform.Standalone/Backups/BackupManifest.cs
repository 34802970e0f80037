namespace PerfPlatform.Standalone.Backups;

/// <summary>What a backup says of itself: the last entry of its file, by which the others are checked and the restored database is.</summary>
internal sealed record BackupManifest
{
    /// <summary>Raised when an older PerfPlatform can no longer read the file.</summary>
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    /// <summary>The product's version.</summary>
    public required string Version { get; init; }

    /// <summary>The moment of the snapshot.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The version of TimescaleDB, which the restoring server must have; null where the database has none.</summary>
    public required string? Timescale { get; init; }

    /// <summary>What the database took, indexes included.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>The migrations of every schema that the database has had.</summary>
    public required IReadOnlyList<string> Migrations { get; init; }

    /// <summary>How many rows each table had in the snapshot; a hypertable with its chunks.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }

    /// <summary>SHA-256 of each other entry of the file, hexadecimal.</summary>
    public required IReadOnlyDictionary<string, string> Checksums { get; init; }
}
