using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>What one generation had of one series when it was asked: an unchanging part of its buffer.</summary>
/// <param name="Buffer">The chain of chunks.</param>
/// <param name="Count">How many of its samples count.</param>
/// <param name="Stamps">The stamps of the generation's batches.</param>
internal readonly record struct HeadSlice(SeriesBuffer Buffer, int Count, BatchStamp[] Stamps);
