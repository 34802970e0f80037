using PerfPlatform.Contracts.Access;

namespace PerfPlatform.Web.Access.Schema;

/// <summary>An API key: a row of <c>access.api_keys</c>. The key itself is never stored, only its hash.</summary>
public sealed class ApiKey
{
    /// <summary>Its public part.</summary>
    public required string Id { get; init; }

    /// <summary>What a person called it.</summary>
    public required string Name { get; init; }

    /// <summary>HMAC-SHA256 of the whole key under the installation's secret, hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>What it may do.</summary>
    public required string[] Scopes { get; set; }

    /// <summary>Made by the platform for one of its own processes.</summary>
    public bool Internal { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ceases to work, or null.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked, or null. The row stays, so that the audit log can be read.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>How many series it may have, or null for the default.</summary>
    public int? MaxSeries { get; init; }

    /// <summary>How many samples a request may have, or null for the default.</summary>
    public int? MaxSamplesPerRequest { get; init; }

    /// <summary>How many bytes a body may have, or null for the default.</summary>
    public int? MaxBodyBytes { get; init; }

    internal ApiKeyRecord ToRecord() => new()
    {
        Id = Id,
        Name = Name,
        Hash = Hash,
        Scopes = Scopes,
        ExpiresAt = ExpiresAt,
        MaxSeries = MaxSeries,
        MaxSamplesPerRequest = MaxSamplesPerRequest,
        MaxBodyBytes = MaxBodyBytes,
    };
}
