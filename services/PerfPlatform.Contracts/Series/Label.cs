namespace PerfPlatform.Contracts.Series;

/// <summary>One label of a series: a name that is not empty, and a value that may be.</summary>
/// <param name="Name">The label's name, for example <c>host.name</c>.</param>
/// <param name="Value">The label's value, for example <c>web-1</c>.</param>
public readonly record struct Label(string Name, string Value);
