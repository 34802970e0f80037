using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Keys;

/// <summary>Keys in <c>access.api_keys</c>. Every change is published before the answer, where Redis is there.</summary>
public sealed class KeyStore(IDbContextFactory<AccessDbContext> contexts, KeyMint mint, KeyPublisher publisher, TimeProvider time)
{
    /// <summary>The most keys that work at one time; every service holds them all in memory.</summary>
    public const int MaxKeys = 10_000;

    /// <summary>Keys that are not revoked, by id.</summary>
    public async Task<Page<KeyInfo>> ListAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Keys.AsNoTracking()
            .Where(k => k.RevokedAt == null && (cursor == null || string.Compare(k.Id, cursor) > 0))
            .OrderBy(k => k.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).Select(KeyInfo.Of).ToList();
        return new Page<KeyInfo>(items, rows.Count > limit ? items[^1].Id : null);
    }

    /// <summary>Makes a key; null when there are as many as there may be.</summary>
    public async Task<CreatedKey?> CreateAsync(CreateKeyRequest request, string createdBy, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Keys.CountAsync(k => k.RevokedAt == null, cancellationToken) >= MaxKeys) return null;
        var key = KeyMint.Create();
        var row = New(key, request.Name, [.. request.Scopes.Distinct()], createdBy, false, request);
        db.Keys.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        await publisher.PublishAsync(row.Id, cancellationToken);
        return new CreatedKey(row.Id, row.Name, row.Scopes, row.ExpiresAt, key);
    }

    /// <summary>Revokes a key; its name, or null when there is none of this id that works.</summary>
    public async Task<string?> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Keys.FirstOrDefaultAsync(k => k.Id == id && k.RevokedAt == null, cancellationToken);
        if (row is null) return null;
        row.RevokedAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        await publisher.PublishAsync(row.Id, cancellationToken);
        return row.Name;
    }

    internal ApiKey New(string key, string name, string[] scopes, string createdBy, bool isInternal, CreateKeyRequest? limits = null) => new()
    {
        Id = KeyMint.TryGetId(key, out var id) ? id : throw new ArgumentException("The key is not of the form pp_<id>_<secret>.", nameof(key)),
        Name = name,
        Hash = mint.Hash(key),
        Scopes = scopes,
        Internal = isInternal,
        CreatedBy = createdBy,
        CreatedAt = time.GetUtcNow(),
        ExpiresAt = limits?.ExpiresAt?.ToUniversalTime(),
        MaxSeries = limits?.MaxSeries,
        MaxSamplesPerRequest = limits?.MaxSamplesPerRequest,
        MaxBodyBytes = limits?.MaxBodyBytes,
    };

    /// <summary>What to change about a request, or null.</summary>
    public static string? Error(CreateKeyRequest request, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 100 || request.Name.Any(char.IsControl)) return "'name' must have 1 to 100 characters, none of them a line break or another control character.";
        if (request.Scopes is not { Count: > 0 }) return "'scopes' must name at least one of ingest, read, write, admin.";
        if (request.Scopes.FirstOrDefault(s => !Scopes.All.Contains(s)) is { } unknown) return $"'{unknown}' is not a scope: take ingest, read, write or admin.";
        if (request.ExpiresAt <= now) return "'expiresAt' must lie in the future.";
        if (request.MaxSamplesPerRequest < 1) return "'maxSamplesPerRequest' must be at least 1.";
        if (request.MaxBodyBytes is < 1024 or > 1 << 30) return "'maxBodyBytes' must be 1024 to 1073741824.";
        return request.MaxSeries < 1 ? "'maxSeries' must be at least 1." : null;
    }
}
