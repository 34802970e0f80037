using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>How a <see cref="LabelMatcher"/> compares.</summary>
public enum MatchOperator
{
    /// <summary><c>=</c>: the label has the value; an empty value also matches a series without the label.</summary>
    Equal,

    /// <summary><c>!=</c>: the label has another value or is not there.</summary>
    NotEqual,

    /// <summary><c>~</c>: the whole value matches the expression.</summary>
    Matches,

    /// <summary><c>!~</c>: the value does not match the expression.</summary>
    NotMatches,
}

/// <summary>One label filter of a query: <c>host.name=web-1</c>, <c>host.name!=x</c>, <c>host.name~web-.*</c>, <c>host.name!~web-.*</c>. Regular expressions are anchored at both ends and run without backtracking.</summary>
public sealed class LabelMatcher
{
    /// <summary>The longest regular expression accepted, in characters.</summary>
    public const int MaxPattern = 1000;

    private readonly Regex? _regex;

    private LabelMatcher(string name, MatchOperator op, string value, Regex? regex) => (Name, Operator, Value, _regex) = (name, op, value, regex);

    /// <summary>The label's name.</summary>
    public string Name { get; }

    /// <summary>How it compares.</summary>
    public MatchOperator Operator { get; }

    /// <summary>The value or the expression.</summary>
    public string Value { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">For example <c>host.name~web-.*</c>.</param>
    /// <param name="matcher">The filter when the answer is true.</param>
    /// <param name="error">What to change when the answer is false.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LabelMatcher? matcher, [NotNullWhen(false)] out string? error)
    {
        matcher = null;
        var at = text is null ? -1 : text.AsSpan().IndexOfAny('=', '~', '!');
        if (at <= 0)
        {
            error = $"'{text}' is not a label filter: write name=value, name!=value, name~expression or name!~expression.";
            return false;
        }

        var negated = text![at] == '!';
        var sign = negated ? at + 1 : at;
        if (sign >= text.Length || text[sign] is not ('=' or '~'))
        {
            error = $"'{text}' is not a label filter: after '!' comes '=' or '~'.";
            return false;
        }

        return TryCreate(text[..at], (text[sign], negated) switch
        {
            ('=', false) => MatchOperator.Equal,
            ('=', true) => MatchOperator.NotEqual,
            ('~', false) => MatchOperator.Matches,
            _ => MatchOperator.NotMatches,
        }, text[(sign + 1)..], out matcher, out error);
    }

    /// <summary>Makes a filter of its parts.</summary>
    public static bool TryCreate(string name, MatchOperator op, string value, [NotNullWhen(true)] out LabelMatcher? matcher, [NotNullWhen(false)] out string? error)
    {
        (matcher, error) = (null, null);
        Regex? regex = null;
        if (op is MatchOperator.Matches or MatchOperator.NotMatches)
        {
            if (value.Length > MaxPattern)
            {
                error = $"The expression of '{name}' is longer than {MaxPattern} characters.";
                return false;
            }

            try
            {
                // First by itself: 'a)|(b' is refused instead of slipping out of the anchors. \A and \z, for '$' lets a line end pass.
                const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;
                _ = new Regex(value, options);
                regex = new Regex($@"\A(?:{value})\z", options);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                error = $"The expression of '{name}' cannot be used: {e.Message}";
                return false;
            }
        }

        matcher = new LabelMatcher(name, op, value, regex);
        return true;
    }

    /// <summary>A filter for exactly one value.</summary>
    public static LabelMatcher Equal(string name, string value) => new(name, MatchOperator.Equal, value, null);

    /// <summary>Reads a filter.</summary>
    /// <exception cref="FormatException">The text is not a filter.</exception>
    public static LabelMatcher Parse(string text) => TryParse(text, out var matcher, out var error) ? matcher : throw new FormatException(error);

    /// <summary>Whether a label of this value passes; a missing label has the empty value.</summary>
    public bool MatchesValue(string? value)
    {
        value ??= "";
        return Operator switch
        {
            MatchOperator.Equal => value == Value,
            MatchOperator.NotEqual => value != Value,
            MatchOperator.Matches => _regex!.IsMatch(value),
            _ => !_regex!.IsMatch(value),
        };
    }

    /// <summary>Whether a series with these labels passes.</summary>
    public bool Matches(LabelSet labels) => MatchesValue(labels[Name]);

    /// <summary>The filter as it is written.</summary>
    public override string ToString() => Name + Operator switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Matches => "~",
        _ => "!~",
    } + Value;
}
