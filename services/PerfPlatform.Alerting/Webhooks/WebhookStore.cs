using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>Keeps the subscriptions in PostgreSQL.</summary>
public sealed partial class WebhookStore(IDbContextFactory<AlertingContext> contexts, WebhookSecrets secrets, TimeProvider clock, ILogger<WebhookStore> logger)
{
    /// <summary>The most subscriptions.</summary>
    public const int MaxWebhooks = 500;

    // Bounded by the webhooks of a life: those that were said to be unreadable.
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _unreadable = new();

    /// <summary>Those that are switched on.</summary>
    public async Task<IReadOnlyList<Webhook>> EnabledAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Webhooks.AsNoTracking().Where(w => w.Enabled).OrderBy(w => w.Id).Take(MaxWebhooks).ToListAsync(cancellationToken);
        return [.. rows.Select(TryRead).OfType<Webhook>()];
    }

    /// <summary>A page, oldest first.</summary>
    public async Task<Page<Webhook>> PageAsync(int limit, Guid? cursor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Webhooks.AsNoTracking().Where(w => cursor == null || w.Id > cursor).OrderBy(w => w.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return new Page<Webhook>([.. rows.Take(limit).Select(TryRead).OfType<Webhook>()], rows.Count > limit ? rows[limit - 1].Id.ToString("N") : null);
    }

    /// <summary>One, or null.</summary>
    public async Task<Webhook?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is { } row ? TryRead(row) : null;
    }

    /// <summary>Where to send and what to sign with; null when there is none. The secret is null when it cannot be read.</summary>
    public async Task<(Webhook Webhook, string? Secret)?> TargetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is { } row && TryRead(row) is { } webhook ? (webhook, secrets.Unprotect(row.Secret)) : null;
    }

    /// <summary>Keeps a new one, shown with its secret; null when there are too many.</summary>
    public async Task<Webhook?> AddAsync(WebhookDefinition definition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Webhooks.CountAsync(cancellationToken) >= MaxWebhooks) return null;
        var now = clock.GetUtcNow();
        var secret = definition.Secret ?? WebhookSecrets.Generate();
        var row = new WebhookRow
        {
            Id = Guid.CreateVersion7(now),
            Definition = Serialize(definition),
            Secret = secrets.Protect(secret),
            Enabled = definition.Enabled,
            CreatedAt = now,
            UpdatedAt = now,
        };
        context.Webhooks.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        return Read(row) with { Secret = secret };
    }

    /// <summary>Changes one; null when there is none.</summary>
    public async Task<Webhook?> ChangeAsync(Guid id, WebhookDefinition definition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Webhooks.SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is not { } row) return null;
        (row.Definition, row.Enabled, row.DisabledReason, row.UpdatedAt) = (Serialize(definition), definition.Enabled, null, clock.GetUtcNow());
        if (definition.Secret is { } secret) row.Secret = secrets.Protect(secret);
        await context.SaveChangesAsync(cancellationToken);
        return Read(row) with { Secret = definition.Secret };
    }

    /// <summary>Switches one off because its receiver is gone.</summary>
    public async Task DisableAsync(Guid id, string reason, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Webhooks.Where(w => w.Id == id).ExecuteUpdateAsync(set => set.SetProperty(w => w.Enabled, false).SetProperty(w => w.DisabledReason, reason), cancellationToken);
    }

    /// <summary>Removes one with its deliveries; false when there is none.</summary>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Webhooks.Where(w => w.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    // As WebhookSubscription: the secret has a column of its own, encrypted.
    private static string Serialize(WebhookSubscription subscription) => JsonSerializer.Serialize(subscription, PerfPlatformJson.Options);

    // One that cannot be read, of a later version maybe, keeps no other from being told.
    private Webhook? TryRead(WebhookRow row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Told once: it is read again and again.
            if (_unreadable.TryAdd(row.Id, row.UpdatedAt)) LogUnreadable(logger, row.Id, e.Message);
            return null;
        }
    }

    private static Webhook Read(WebhookRow row) => new((JsonSerializer.Deserialize<WebhookSubscription>(row.Definition, PerfPlatformJson.Options) ?? throw new JsonException("it is null.")) with { Enabled = row.Enabled })
    {
        Id = row.Id,
        DisabledReason = row.DisabledReason,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The webhook {WebhookId} cannot be read and is told nothing: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Guid webhookId, string reason);
}
