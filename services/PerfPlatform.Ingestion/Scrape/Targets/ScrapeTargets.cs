using System.Collections.Frozen;
using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Options;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Every target of the installation as this process knows them: those of the settings, and those of the API as last read.</summary>
internal sealed class ScrapeTargets
{
    private readonly FrozenDictionary<string, ScrapeTarget> _configured;

    // Bounded by ScrapeOptions.MaxTargets: the API adds none beyond it.
    private volatile FrozenDictionary<string, ScrapeTargetDefinition> _definitions = FrozenDictionary<string, ScrapeTargetDefinition>.Empty;
    private volatile FrozenDictionary<string, ScrapeTarget> _all;

    public ScrapeTargets(IOptions<ScrapeOptions> options) =>
        _all = _configured = options.Value.Jobs.SelectMany(ScrapeTargetDefinition.Of).Select(Configured).ToFrozenDictionary(t => t.Id);

    /// <summary>All of them by id.</summary>
    public IReadOnlyDictionary<string, ScrapeTarget> All => _all;

    /// <summary>What the API was given for a target, with its credentials; null where it has none of that id.</summary>
    public ScrapeTargetDefinition? Definition(string id) => _definitions.GetValueOrDefault(id);

    /// <summary>Another target with the same labels, whose series would be the same.</summary>
    public ScrapeTarget? Rival(ScrapeTarget target) => _all.Values.FirstOrDefault(other => other.Id != target.Id && other.Labels.Equals(target.Labels));

    /// <summary>Takes the targets of the API as they now are.</summary>
    public void Learn(IReadOnlyDictionary<string, ScrapeTargetDefinition> definitions)
    {
        // A target that did not change stays the same object, so that its scraper goes on.
        var before = _all;
        _definitions = definitions.ToFrozenDictionary();
        _all = _configured.Values.Concat(definitions.Select(d => ScrapeTargetRules.Target(d.Key, ScrapeSource.Api, d.Value)))
            .Select(target => before.TryGetValue(target.Id, out var known) && known == target ? known : target).ToFrozenDictionary(t => t.Id);
    }

    // The same in every instance, and for as long as the settings say the same.
    private static ScrapeTarget Configured(ScrapeTargetDefinition definition)
    {
        var text = $"{definition.Job}\n{definition.Scheme}\n{definition.Target}\n{definition.Path}\n{string.Join('\n', definition.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))}";
        return ScrapeTargetRules.Target($"c{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)):x16}", ScrapeSource.Configuration, definition);
    }
}
