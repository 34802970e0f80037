namespace PerfPlatform.Web.Components.Charts;

/// <summary>What the address of Explore says: everything that a link, a form or another person needs to see the same.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Match">Label filters, any number.</param>
internal sealed record ExploreAddress(string Metric, IReadOnlyList<string> Match)
{
    /// <summary>The function that leaves values as they are; where none is named, what suits the metric is chosen.</summary>
    public const string None = "none";

    public string? Fn { get; init; }

    public string? Agg { get; init; }

    public string? By { get; init; }

    public string? Reduce { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>The same with one label filter more.</summary>
    public ExploreAddress With(string label, string value) =>
        this with { Match = [.. Match.Append($"{label}={value}").Distinct(StringComparer.Ordinal)] };

    /// <inheritdoc />
    public override string ToString() => "/explore?" + string.Join('&', Parts().Where(static p => !string.IsNullOrEmpty(p.Value)).Select(static p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));

    private IEnumerable<(string Name, string? Value)> Parts() =>
        [("metric", Metric), .. Match.Select(static m => ("match", (string?)m)), ("fn", Fn), ("agg", Agg), ("by", By), ("reduce", Reduce), ("from", From), ("to", To)];
}
