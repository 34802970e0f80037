namespace PerfPlatform.Analysis.Scores;

/// <summary>0 (cannot work) to 100 (nothing in its way), and what cost points, the dearest first.</summary>
/// <param name="Value">The score.</param>
/// <param name="Parts">Parts that cost a tenth of a point or more.</param>
public sealed record Score(double Value, IReadOnlyList<ScorePart> Parts)
{
    /// <summary>100 less what the parts cost, not below 0.</summary>
    public static Score Of(IEnumerable<ScorePart> parts)
    {
        var kept = parts.Where(p => p.Points >= 0.1).OrderByDescending(p => p.Points).ThenBy(p => p.Part, StringComparer.Ordinal).ToArray();
        return new Score(Math.Round(Math.Max(0, 100 - kept.Sum(p => p.Points)), 1), kept);
    }
}
