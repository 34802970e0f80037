using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Reports.Content;

/// <summary>One alert of the period.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="State">Its state when the report was made.</param>
/// <param name="Labels">Its labels, as text.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it was over, or null.</param>
/// <param name="Summary">What it said.</param>
public sealed record AlertLine(string Name, Severity Severity, AlertState State, string Labels, DateTimeOffset? Since, DateTimeOffset? Until, string Summary);
