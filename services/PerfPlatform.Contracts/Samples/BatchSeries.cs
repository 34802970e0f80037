using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Samples;

/// <summary>One series of a batch and where its samples lie in the batch's columns.</summary>
/// <param name="Id">The registry's id, or 0 where intake did not know it; then <see cref="Descriptor"/> is there.</param>
/// <param name="Descriptor">The labels of a series that travels with them, else null.</param>
/// <param name="Start">The index of its first sample in the columns.</param>
/// <param name="Count">How many samples it has, at least 1.</param>
public readonly record struct BatchSeries(int Id, SeriesDescriptor? Descriptor, int Start, int Count);
