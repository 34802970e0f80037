namespace PerfPlatform.Ingestion.Influx;

/// <summary>A numeric field of a line.</summary>
/// <param name="Start">Where its name begins in the body.</param>
/// <param name="Length">How many bytes the name has, escapes included.</param>
/// <param name="Value">The number; a boolean is 1 or 0.</param>
internal readonly record struct LineField(int Start, int Length, double Value);
