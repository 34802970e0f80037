using PerfPlatform.Analysis.Bottlenecks;

namespace PerfPlatform.Analysis.Scores;

/// <summary>The score of a host: each resource costs its weight times its pressure, of several devices the worst counts.</summary>
public static class HostScore
{
    /// <summary>The score.</summary>
    public static Score Of(HostReadings host) => Score.Of(ResourceJudge.Judge(host)
        .GroupBy(v => v.Readings.Kind)
        .Select(g => g.MaxBy(v => v.Pressure)!)
        .Select(v => new ScorePart(
            v.Readings.Kind.ToString().ToLowerInvariant(), v.Readings.Device, Math.Round(Weight(v.Readings.Kind) * v.Pressure, 1), Reason(v))));

    private static string Reason(ResourceVerdict verdict)
    {
        var text = BottleneckSentence.Name(verdict.Readings) + ": " + BottleneckSentence.Witnesses(verdict);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    // One resource at its end leaves 60 at most: below the 80 that counts as well.
    private static double Weight(ResourceKind kind) => kind switch
    {
        ResourceKind.Cpu or ResourceKind.Memory or ResourceKind.Filesystem => 50,
        ResourceKind.Disk => 40,
        _ => 30,
    };
}
