using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>The part of a time in which a component worked. Times without checks, and of unknown status, do not count for either side.</summary>
public static class Uptime
{
    /// <summary>0 to 1, or null where nothing is known.</summary>
    public static double? Of(IEnumerable<StatusSpan> spans, DateTimeOffset from, DateTimeOffset to)
    {
        double up = 0, known = 0;
        var points = 0;
        var upPoints = 0;
        foreach (var span in spans)
        {
            if (span.Status == ComponentStatus.Unknown || span.To < from || span.From > to) continue;
            var length = (Later(span.From, from), Earlier(span.To, to)) is var (a, b) && b > a ? (b - a).TotalSeconds : 0;
            var working = span.Status is ComponentStatus.Healthy or ComponentStatus.Degraded;
            known += length;
            points++;
            if (!working) continue;
            up += length;
            upPoints++;
        }

        // Right after the first check no time has passed yet: then the check itself is the answer.
        return known > 0 ? up / known : points > 0 ? (double)upPoints / points : null;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
