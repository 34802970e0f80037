using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>The series that have one label, and the copy of the label that they share.</summary>
internal sealed class LabelSeries(Label label) : PostingList
{
    public Label Label { get; } = label;
}
