using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>
/// The process's copy of rules and thresholds, which the evaluator uses. Definitions come from PostgreSQL, thresholds from the cache in Redis;
/// of both the newer version holds, and what is older is repaired. Whatever is away, the copy stays in use.
/// </summary>
public sealed class RuleCatalog(RuleStore store, ThresholdCache cache, SchemaReady<AlertingContext> schema) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private IReadOnlyList<AlertRule> _definitions = [];

    /// <summary>Called after the copy has changed.</summary>
    public event Action? Changed;

    /// <summary>The rules with the thresholds that hold; null before they were read for the first time.</summary>
    public IReadOnlyList<AlertRule>? Current { get; private set; }

    /// <summary>Whether the database answered the last time.</summary>
    public bool IsDatabaseAvailable { get; private set; }

    /// <summary>Reads rules and thresholds again.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var read = await ReadDefinitionsAsync(cancellationToken);
            var thresholds = await cache.ReadAsync();
            if (read is not null) _definitions = read;
            else if (Current is null) return;
            IReadOnlyList<AlertRule> rules = thresholds is null
                ? _definitions
                : [.. _definitions.Select(r => thresholds.TryGetValue(r.Id, out var threshold) ? threshold.ApplyTo(r) : r)];
            // A cache that says more than the database which was just asked is left over from another database.
            if (read is not null) rules = read;
            if (read is not null && thresholds is not null) await RepairAsync(read, thresholds);
            if (Current is not null && Current.Count == rules.Count && Current.Zip(rules).All(p => p.First.Id == p.Second.Id && p.First.Version == p.Second.Version)) return;
            Current = rules;
        }
        finally
        {
            _one.Release();
        }

        Changed?.Invoke();
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<AlertRule>?> ReadDefinitionsAsync(CancellationToken cancellationToken)
    {
        if (!schema.IsReady) return null;
        try
        {
            var rules = await store.AllAsync(cancellationToken);
            IsDatabaseAvailable = true;
            return rules;
        }
        catch (Exception e) when (DatabaseTrouble.Is(e))
        {
            IsDatabaseAvailable = false;
            return null;
        }
    }

    private async Task RepairAsync(IReadOnlyList<AlertRule> rules, IReadOnlyDictionary<string, CachedThreshold> thresholds)
    {
        await cache.WriteAsync([.. rules.Where(r => !thresholds.TryGetValue(r.Id, out var cached) || cached != CachedThreshold.Of(r))]);
        var ids = rules.Select(r => r.Id).ToHashSet();
        await cache.RemoveAsync([.. thresholds.Keys.Where(id => !ids.Contains(id))]);
    }
}
