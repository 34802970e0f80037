using System.ComponentModel;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Keys;

/// <summary>Body of POST /api/v1/keys.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>What to call it.</summary>
    [Description("1 to 100 characters.")]
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    [Description("One or more of ingest, read, write, admin.")]
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>When it ceases to work; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many series it may have; null for the default.</summary>
    [Description("At least 1.")]
    public int? MaxSeries { get; init; }

    /// <summary>How many samples a request may have; null for the default.</summary>
    [Description("At least 1.")]
    public int? MaxSamplesPerRequest { get; init; }

    /// <summary>How many bytes a body may have as it comes over the wire; null for the default.</summary>
    [Description("At least 1024, at most 1 GiB.")]
    public int? MaxBodyBytes { get; init; }
}

/// <summary>A key as the API shows it: without its secret.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ceases to work.</param>
/// <param name="MaxSeries">How many series it may have; null for the default.</param>
/// <param name="MaxSamplesPerRequest">How many samples a request may have; null for the default.</param>
/// <param name="MaxBodyBytes">How many bytes a body may have; null for the default.</param>
/// <param name="Internal">Made by the platform for one of its own processes.</param>
public sealed record KeyInfo(
    string Id, string Name, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, int? MaxSeries,
    int? MaxSamplesPerRequest, int? MaxBodyBytes, bool Internal)
{
    internal static KeyInfo Of(ApiKey key) => new(key.Id, key.Name, key.Scopes, key.CreatedBy, key.CreatedAt, key.ExpiresAt, key.MaxSeries, key.MaxSamplesPerRequest, key.MaxBodyBytes, key.Internal);
}

/// <summary>A new key, with its secret: the only time that it is shown.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">When it ceases to work.</param>
/// <param name="Key">The key; keep it, it cannot be shown again.</param>
public sealed record CreatedKey(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, string Key);
