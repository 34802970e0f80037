using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>Keeps the rules in PostgreSQL.</summary>
public sealed partial class RuleStore(IDbContextFactory<AlertingContext> contexts, TimeProvider clock, ILogger<RuleStore> logger)
{
    /// <summary>The most rules that are kept.</summary>
    public const int MaxRules = 5000;

    // Bounded by MaxRules: the versions that were said to be unreadable.
    private readonly ConcurrentDictionary<string, long> _unreadable = new();

    /// <summary>Every rule, by name.</summary>
    public async Task<IReadOnlyList<AlertRule>> AllAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Rules.AsNoTracking().OrderBy(r => r.Name).ThenBy(r => r.Id).Take(MaxRules).ToListAsync(cancellationToken);
        return [.. rows.Select(TryRead).OfType<AlertRule>()];
    }

    /// <summary>A page of rules, by id.</summary>
    public async Task<Page<AlertRule>> PageAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Rules.AsNoTracking().Where(r => cursor == null || string.Compare(r.Id, cursor) > 0).OrderBy(r => r.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var more = rows.Count > limit;
        return new Page<AlertRule>([.. rows.Take(limit).Select(TryRead).OfType<AlertRule>()], more ? rows[limit - 1].Id : null);
    }

    /// <summary>One rule, or null.</summary>
    public async Task<AlertRule?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } row ? TryRead(row) : null;
    }

    /// <summary>Keeps a new rule; null when there are too many.</summary>
    public async Task<AlertRule?> AddAsync(RuleDefinition definition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Rules.CountAsync(cancellationToken) >= MaxRules) return null;
        var rule = New(definition);
        context.Rules.Add(Write(rule));
        await context.SaveChangesAsync(cancellationToken);
        return rule;
    }

    /// <summary>Changes a rule; null when there is none.</summary>
    public async Task<AlertRule?> ChangeAsync(string id, RuleDefinition definition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Rules.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } row) return null;
        (row.Name, row.Definition, row.Version, row.UpdatedAt) = (definition.Name, Serialize(definition), row.Version + 1, clock.GetUtcNow());
        await context.SaveChangesAsync(cancellationToken);
        return Read(row);
    }

    /// <summary>Removes a rule; false when there is none.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Rules.Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Adds the rules of a pack that were never added before, in one transaction.</summary>
    /// <returns>How many were added.</returns>
    public async Task<int> SeedAsync(IReadOnlyList<RuleDefinition> pack, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await context.SeededRules.Select(s => s.Name).ToListAsync(cancellationToken);
        var missing = pack.Where(r => !known.Contains(r.Name)).ToList();
        foreach (var definition in missing)
        {
            context.SeededRules.Add(new SeededRuleRow { Name = definition.Name, At = clock.GetUtcNow() });
            context.Rules.Add(Write(New(definition)));
        }

        await context.SaveChangesAsync(cancellationToken);
        return missing.Count;
    }

    private AlertRule New(RuleDefinition definition)
    {
        var now = clock.GetUtcNow();
        return new AlertRule(definition) { Id = Guid.CreateVersion7(now).ToString("N"), CreatedAt = now, UpdatedAt = now };
    }

    private static RuleRow Write(AlertRule rule) => new()
    {
        Id = rule.Id,
        Name = rule.Name,
        Definition = Serialize(rule),
        Version = rule.Version,
        CreatedAt = rule.CreatedAt,
        UpdatedAt = rule.UpdatedAt,
    };

    /// <summary>Null when the row is not one of ours: it hides no other.</summary>
    private AlertRule? TryRead(RuleRow row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            if (!_unreadable.TryGetValue(row.Id, out var version) || version != row.Version) LogUnreadable(logger, row.Id, e.Message);
            _unreadable[row.Id] = row.Version;
            return null;
        }
    }

    private static AlertRule Read(RuleRow row) => new(JsonSerializer.Deserialize<RuleDefinition>(row.Definition, PerfPlatformJson.Options) ?? throw new JsonException("it is null."))
    {
        Id = row.Id,
        Version = row.Version,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    private static string Serialize(RuleDefinition definition) => JsonSerializer.Serialize<RuleDefinition>(definition, PerfPlatformJson.Options);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rule {RuleId} in the database cannot be read and is not evaluated; change or remove it: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string ruleId, string reason);
}
