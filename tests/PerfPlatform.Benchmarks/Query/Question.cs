namespace PerfPlatform.Benchmarks.Query;

/// <summary>What is asked.</summary>
internal enum QuestionKind
{
    /// <summary>The newest value of each series.</summary>
    Latest,

    /// <summary>The raw samples.</summary>
    Raw,

    /// <summary>The average within each step, a line for each series.</summary>
    Steps,

    /// <summary>The average within each step, summed over the series to one line.</summary>
    Reduced,

    /// <summary>How many samples there are.</summary>
    Count,
}

/// <summary>One question to every server.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Match">A label filter in the platform's words, <c>host~host-00.*</c>, or null.</param>
/// <param name="From">Inclusive, Unix milliseconds.</param>
/// <param name="To">Exclusive, Unix milliseconds.</param>
/// <param name="Step">Milliseconds; 0 where there is none.</param>
internal sealed record Question(string Name, QuestionKind Kind, string Metric, string? Match, long From, long To, long Step = 0);

/// <summary>What an answer holds.</summary>
/// <param name="Count">Its points.</param>
/// <param name="Sum">The sum of their values.</param>
internal readonly record struct Points(long Count, double Sum);
