namespace PerfPlatform.Analysis.Live;

/// <summary>One sample on its way to a reader of the live feed.</summary>
internal readonly record struct LivePoint(int Id, long Time, double Value);
