namespace PerfPlatform.Analysis.Scores;

/// <summary>What a score adds to its finding.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Parts">What cost points.</param>
public sealed record ScoreData(double Score, IReadOnlyList<ScorePart> Parts);
