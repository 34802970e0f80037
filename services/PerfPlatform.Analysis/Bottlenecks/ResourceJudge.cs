namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>Weighs the signals of a resource. Signals are taken as independent witnesses: together they press 1 - product of (1 - each).</summary>
public static class ResourceJudge
{
    /// <summary>From this pressure on a step counts as pressed.</summary>
    public const double Pressing = 0.5;

    /// <summary>How much one resource presses.</summary>
    public static ResourceVerdict Judge(ResourceReadings readings)
    {
        var length = readings.Signals.Count == 0 ? 0 : readings.Signals.Max(s => s.Values.Length);
        var sum = 0.0;
        int pressed = 0, steps = 0;
        for (var i = 0; i < length; i++)
        {
            if (PressureAt(readings, i) is not { } pressure) continue;
            steps++;
            sum += pressure;
            if (pressure >= Pressing) pressed++;
        }

        return new ResourceVerdict(readings, steps == 0 ? 0 : sum / steps, pressed, steps);
    }

    /// <summary>Every resource of a host, the most pressing first.</summary>
    public static IReadOnlyList<ResourceVerdict> Judge(HostReadings host) =>
        [.. host.Resources.Select(Judge).OrderByDescending(v => v.Pressure).ThenBy(v => v.Readings.Kind).ThenBy(v => v.Readings.Device, StringComparer.Ordinal)];

    /// <summary>The resource that holds the host back, or null.</summary>
    public static ResourceVerdict? Bottleneck(HostReadings host) => Judge(host).FirstOrDefault(v => v.IsBottleneck);

    private static double? PressureAt(ResourceReadings readings, int step)
    {
        var free = 1.0;
        var any = false;
        foreach (var signal in readings.Signals)
        {
            if (step >= signal.Values.Length || double.IsNaN(signal.Values[step])) continue;
            any = true;
            free *= 1 - signal.Signal.Pressure(signal.Values[step]);
        }

        return any ? 1 - free : null;
    }
}
