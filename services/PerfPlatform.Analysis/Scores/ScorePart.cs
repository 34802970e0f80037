namespace PerfPlatform.Analysis.Scores;

/// <summary>What cost points.</summary>
/// <param name="Part">The resource or quality, for example <c>cpu</c> or <c>errors</c>.</param>
/// <param name="Device">Which one, or null.</param>
/// <param name="Points">How many points it cost.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record ScorePart(string Part, string? Device, double Points, string Reason);
