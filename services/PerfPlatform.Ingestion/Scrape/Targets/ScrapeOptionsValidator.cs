using Microsoft.Extensions.Options;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Names the job and the mistake of settings that cannot be.</summary>
internal sealed class ScrapeOptionsValidator(IOptions<IngestionOptions> limits) : IValidateOptions<ScrapeOptions>
{
    public ValidateOptionsResult Validate(string? name, ScrapeOptions options)
    {
        var errors = new List<string>();
        if (options.MaxTargets is < 1 or > 100_000) errors.Add($"{ScrapeOptions.Section}:MaxTargets is {options.MaxTargets}; it must be 1 to 100000.");
        if (options.MaxConcurrent is < 1 or > 10_000) errors.Add($"{ScrapeOptions.Section}:MaxConcurrent is {options.MaxConcurrent}; it must be 1 to 10000.");
        if (options.CoordinationInterval < TimeSpan.FromMilliseconds(50) || options.CoordinationInterval > TimeSpan.FromMinutes(1)) errors.Add($"{ScrapeOptions.Section}:CoordinationInterval is {options.CoordinationInterval}; it must be 50 ms to 1 min.");
        var seen = new HashSet<string>();
        foreach (var (job, index) in options.Jobs.Select((job, index) => (job, index)))
        {
            if (job.Targets.Count == 0) errors.Add($"{ScrapeOptions.Section}:Jobs:{index} ({job.Name}) has no Targets.");
            foreach (var definition in ScrapeTargetDefinition.Of(job))
            {
                if (ScrapeTargetRules.Check(definition, limits.Value) is { } wrong) errors.Add($"{ScrapeOptions.Section}:Jobs:{index} ({job.Name}, {definition.Target}): {wrong}");
                else if (!seen.Add(ScrapeTargetRules.Target("", ScrapeSource.Configuration, definition).Labels.ToString())) errors.Add($"{ScrapeOptions.Section}:Jobs:{index} ({job.Name}, {definition.Target}): another target has the same labels; give one of them a label more.");
            }
        }

        if (options.Jobs.Sum(job => job.Targets.Count) > options.MaxTargets) errors.Add($"{ScrapeOptions.Section}:Jobs has more than {options.MaxTargets} targets: raise MaxTargets.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
