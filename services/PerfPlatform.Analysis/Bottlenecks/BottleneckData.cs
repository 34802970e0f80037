namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>What a bottleneck adds to its finding.</summary>
/// <param name="Resource"><c>cpu</c>, <c>memory</c>, <c>disk</c>, <c>filesystem</c> or <c>network</c>.</param>
/// <param name="Device">Which one, or null.</param>
/// <param name="Pressure">0 to 1, the mean over the steps.</param>
/// <param name="PressedSteps">In how many steps it pressed.</param>
/// <param name="Steps">Of how many.</param>
public sealed record BottleneckData(string Resource, string? Device, double Pressure, int PressedSteps, int Steps);
