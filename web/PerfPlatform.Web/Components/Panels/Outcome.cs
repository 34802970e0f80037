namespace PerfPlatform.Web.Components.Panels;

/// <summary>What came of a press.</summary>
/// <param name="Text">A sentence that a person understands.</param>
/// <param name="Failed">Whether nothing was done.</param>
public sealed record Outcome(string Text, bool Failed)
{
    /// <summary>The error, or nothing where the page itself shows what was done.</summary>
    public static Outcome? Of(string? error) => error is null ? null : new(error, true);

    /// <summary>The error, or the sentence for when there is none.</summary>
    public static Outcome Of(string? error, string done) => new(error ?? done, error is not null);
}
