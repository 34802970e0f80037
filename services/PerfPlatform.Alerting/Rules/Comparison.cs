namespace PerfPlatform.Alerting.Rules;

/// <summary>How a rule's value is held against its threshold.</summary>
public enum Comparison
{
    /// <summary><c>&gt;</c>.</summary>
    Greater,

    /// <summary><c>&gt;=</c>.</summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c>.</summary>
    Less,

    /// <summary><c>&lt;=</c>.</summary>
    LessOrEqual,

    /// <summary><c>==</c>.</summary>
    Equal,

    /// <summary><c>!=</c>.</summary>
    NotEqual,
}

/// <summary>Reads comparisons as the API writes them, and applies them.</summary>
public static class Comparisons
{
    /// <summary>Reads <c>&gt; &gt;= &lt; &lt;= == !=</c>.</summary>
    public static bool TryParse(string? text, out Comparison comparison)
    {
        (var known, comparison) = text switch
        {
            ">" => (true, Comparison.Greater),
            ">=" => (true, Comparison.GreaterOrEqual),
            "<" => (true, Comparison.Less),
            "<=" => (true, Comparison.LessOrEqual),
            "==" => (true, Comparison.Equal),
            "!=" => (true, Comparison.NotEqual),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>Whether the value stands in this relation to the threshold. NaN stands in none.</summary>
    public static bool Holds(this Comparison comparison, double value, double threshold) => comparison switch
    {
        Comparison.Greater => value > threshold,
        Comparison.GreaterOrEqual => value >= threshold,
        Comparison.Less => value < threshold,
        Comparison.LessOrEqual => value <= threshold,
        Comparison.Equal => value == threshold,
        _ => value != threshold && !double.IsNaN(value),
    };

    /// <summary>Whether a greater value is the worse one.</summary>
    public static bool IsUpward(this Comparison comparison) => comparison is Comparison.Greater or Comparison.GreaterOrEqual;

    /// <summary>Whether a smaller value is the worse one.</summary>
    public static bool IsDownward(this Comparison comparison) => comparison is Comparison.Less or Comparison.LessOrEqual;
}
