using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>Checks one component by the probe of its kind.</summary>
public sealed partial class ComponentChecker(IEnumerable<IProbe> probes, ComponentRegistry registry, ILogger<ComponentChecker> logger)
{
    private readonly Dictionary<ProbeKind, IProbe> _probes = probes.ToDictionary(p => p.Kind); // one a kind

    /// <summary>What is wrong with a definition's probe, or null.</summary>
    public string? Validate(Probe probe) => _probes.TryGetValue(probe.Kind, out var found)
        ? found.Validate(probe)
        : $"'probe.kind' is one of {string.Join(", ", _probes.Keys.Select(k => k.ToString().ToLowerInvariant()))}.";

    /// <summary>Makes a check and takes its result; does nothing for parts of PerfPlatform that check themselves.</summary>
    public async Task CheckAsync(WatchedComponent component, CancellationToken cancellationToken)
    {
        if (!_probes.TryGetValue(component.Definition.Probe.Kind, out var probe)) return;
        ProbeResult result;
        try
        {
            result = await probe.CheckAsync(component.Definition, component.Heartbeat, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogProbeFailed(logger, component.Name, e);
            result = ProbeResult.NotMade("The check itself failed: " + e.Message);
        }

        Take(component, result);
    }

    /// <summary>Takes the result of a check that was made elsewhere.</summary>
    public void Take(WatchedComponent component, ProbeResult result)
    {
        if (registry.Take(component, result) is not { } status || status.Before == status.After) return;
        LogStatus(logger, component.Name, status.Before, status.After, result.Error);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The check of {Component} failed by itself")]
    private static partial void LogProbeFailed(ILogger logger, string component, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Component} was {Before} and is {After}: {Error}")]
    private static partial void LogStatus(ILogger logger, string component, ComponentStatus before, ComponentStatus after, string? error);
}
