using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PerfPlatform.Contracts.Series;

/// <summary>The name of a metric, kept as it came (OpenTelemetry's dots stay): 1 to 255 bytes of UTF-8 without control characters.</summary>
public readonly record struct MetricName
{
    /// <summary>The longest name accepted, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    private readonly string? _value;

    private MetricName(string value) => _value = value;

    /// <summary>The text of the name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Checks and wraps a name.</summary>
    /// <param name="text">The name as it came.</param>
    /// <param name="name">The wrapped name when the answer is true.</param>
    /// <param name="error">What to change when the answer is false.</param>
    public static bool TryParse(string? text, out MetricName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        if (string.IsNullOrEmpty(text))
        {
            error = "The metric has no name.";
            return false;
        }

        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            error = $"The metric name is longer than {MaxBytes} bytes.";
            return false;
        }

        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                error = "The metric name contains a control character.";
                return false;
            }
        }

        name = new MetricName(text);
        error = null;
        return true;
    }

    /// <summary>Wraps a name.</summary>
    /// <exception cref="FormatException">The name is empty, too long or contains a control character.</exception>
    public static MetricName Parse(string text) => TryParse(text, out var name, out var error) ? name : throw new FormatException(error);

    /// <inheritdoc />
    public override string ToString() => Value;
}
