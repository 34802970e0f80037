using System.Globalization;

namespace PerfPlatform.Benchmarks;

/// <summary><c>--name value</c> pairs of a command.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];
    private readonly string _usage;

    /// <exception cref="FormatException">An argument is not known or has no value.</exception>
    public Arguments(IReadOnlyList<string> args, string usage)
    {
        _usage = usage;
        for (var i = 0; i < args.Count; i += 2)
        {
            if (!usage.Contains($"[{args[i]} ", StringComparison.Ordinal)) throw new FormatException($"{args[i]} is not known; usage: {usage}");
            _values[args[i]] = i + 1 < args.Count ? args[i + 1] : throw new FormatException($"{args[i]} has no value; usage: {usage}");
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <exception cref="FormatException">It is no whole number above 0.</exception>
    public int Number(string name, int otherwise) => !_values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new FormatException($"{name} is a whole number above 0, not '{text}'; usage: {_usage}");

    /// <summary>Names separated by commas.</summary>
    public IReadOnlyList<string> Names(string name, params IReadOnlyList<string> otherwise) => _values.TryGetValue(name, out var text) ? text.Split(',') : otherwise;
}
