namespace PerfPlatform.Contracts.Access;

/// <summary>The scopes that a key or user can have.</summary>
public static class Scopes
{
    /// <summary>Send samples.</summary>
    public const string Ingest = "ingest";

    /// <summary>Ask questions.</summary>
    public const string Read = "read";

    /// <summary>Change rules, silences, webhooks, components, reports.</summary>
    public const string Write = "write";

    /// <summary>Keys, users, settings.</summary>
    public const string Admin = "admin";

    /// <summary>Every scope.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, Read, Write, Admin];
}

/// <summary>What services know of an API key: never the key itself. Published by Web to Redis.</summary>
public sealed record ApiKeyRecord
{
    /// <summary>The Redis hash that holds the records by id, as JSON.</summary>
    public const string RedisKey = "perfplatform:keys";

    /// <summary>The Redis key that Web writes in one transaction with the records: without it they are not all, and a key that is not among them may be valid.</summary>
    public const string CompleteKey = "perfplatform:keys:complete";

    /// <summary>Its public part.</summary>
    public required string Id { get; init; }

    /// <summary>What a person called it.</summary>
    public required string Name { get; init; }

    /// <summary>HMAC-SHA256 of the whole key under the installation's secret, hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>What it may do.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>When it ceases to work, or null.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many series it may have, or null for the service's default.</summary>
    public int? MaxSeries { get; init; }

    /// <summary>How many samples a request of it may have, or null for the service's default.</summary>
    public int? MaxSamplesPerRequest { get; init; }

    /// <summary>How many bytes a body of it may have as it comes over the wire, or null for the service's default.</summary>
    public int? MaxBodyBytes { get; init; }
}
