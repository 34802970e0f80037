using System.Text.RegularExpressions;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>What a definition must keep to, apart from its probe.</summary>
public static partial class ComponentDefinitionRules
{
    private const int MostDependencies = 50;
    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromDays(31);

    /// <summary>What is wrong, or null.</summary>
    public static string? Check(string name, ComponentDefinition definition)
    {
        if (!Name().IsMatch(name)) return "A component's name is 1 to 100 letters, digits, '.', '_' or '-', and begins with a letter or digit.";
        var isHeartbeat = definition.Probe.Kind == ProbeKind.Heartbeat;
        if (definition.Interval < TimeSpan.FromSeconds(1) || definition.Interval > (isHeartbeat ? LongestHeartbeat : TimeSpan.FromHours(1)))
            return isHeartbeat ? "'interval' is from 1s to 31d." : "'interval' is from 1s to 1h, for heartbeats to 31d.";
        if (definition.Grace is not null && !isHeartbeat) return "'grace' is for heartbeats: leave it out.";
        if (definition.Grace < TimeSpan.Zero || definition.Grace > LongestHeartbeat) return "'grace' is from 0s to 31d.";
        if (definition.Timeout < TimeSpan.FromMilliseconds(10) || definition.Timeout > definition.Interval) return "'timeout' is from 10ms to the interval.";
        if (definition.DependsOn.Count > MostDependencies) return $"'dependsOn' has at most {MostDependencies} names.";
        if (definition.DependsOn.Contains(name)) return "A component cannot depend on itself: remove its name from 'dependsOn'.";
        return definition.DependsOn.FirstOrDefault(n => !Name().IsMatch(n)) is { } bad ? $"'{bad}' in 'dependsOn' is not a component's name." : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Name();
}
