using System.Buffers;
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>The name and the labels of a sample, parted and without their escapes. Only for series that are met for the first time.</summary>
internal sealed class ExpositionLabels
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."u8);

    // Bounded by the line that they are read from.
    private readonly List<(byte[] Name, byte[] Value)> _labels = [];

    private ExpositionLabels(byte[] name) => Name = name;

    public byte[] Name { get; private set; }

    public IReadOnlyList<(byte[] Name, byte[] Value)> Labels => _labels;

    /// <summary>Reads <c>name{label="value",...}</c>; where it is not that, the answer is what is wrong.</summary>
    public static string? Read(ReadOnlySpan<byte> head, int nameLength, out ExpositionLabels labels) =>
        TryRead(head, nameLength, out labels) ? labels.Mistake() : "its labels are not name=\"value\", parted by commas";

    private static bool TryRead(ReadOnlySpan<byte> head, int nameLength, out ExpositionLabels labels)
    {
        labels = new ExpositionLabels(head[..nameLength].TrimEnd(" \t\r"u8).ToArray());
        var rest = head[nameLength..];
        if (rest.IsEmpty) return labels.Name.Length > 0;
        // The reader has seen both braces.
        rest = rest[1..^1];
        while (true)
        {
            rest = Trim(rest);
            if (rest.IsEmpty) return labels.Name.Length > 0;
            if (!TryName(ref rest, out var name, out var quoted)) return false;
            rest = Trim(rest);
            if (quoted && (rest.IsEmpty || rest[0] == (byte)','))
            {
                // {"http.requests",...}: the name of the metric, which must come once.
                if (labels.Name.Length > 0) return false;
                labels.Name = name;
            }
            else
            {
                if (rest.IsEmpty || rest[0] != (byte)'=') return false;
                rest = Trim(rest[1..]);
                if (!TryQuoted(ref rest, out var value)) return false;
                labels._labels.Add((name, value));
                rest = Trim(rest);
            }

            if (rest.IsEmpty) continue;
            if (rest[0] != (byte)',') return false;
            rest = rest[1..];
        }
    }

    // What Prometheus takes for a bad page too.
    private string? Mistake()
    {
        if (!Utf8.IsValid(Name)) return "the metric's name is not UTF-8";
        var names = new HashSet<string>(StringComparer.Ordinal) { Fingerprint.NameLabel };
        foreach (var (name, value) in _labels)
        {
            if (!Utf8.IsValid(name)) return "a label's name is not UTF-8";
            var text = Encoding.UTF8.GetString(name);
            if (!Utf8.IsValid(value)) return $"the value of the label '{text}' is not UTF-8";
            if (!names.Add(text)) return text == Fingerprint.NameLabel ? $"the label {text} is the metric's name and cannot be given besides it" : $"the label '{text}' comes twice";
        }

        return null;
    }

    /// <summary>Takes the escapes of a text off: <c>\\</c>, <c>\n</c> and <c>\"</c>; any other stays as it is.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\')) return text.ToArray();
        var plain = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 1 < text.Length && text[i + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
            {
                i++;
                plain[length++] = text[i] == (byte)'n' ? (byte)'\n' : text[i];
            }
            else
            {
                plain[length++] = text[i];
            }
        }

        return plain[..length];
    }

    private static bool TryName(ref ReadOnlySpan<byte> rest, out byte[] name, out bool quoted)
    {
        quoted = rest[0] == (byte)'"';
        if (quoted) return TryQuoted(ref rest, out name);
        var length = rest.IndexOfAnyExcept(NameBytes);
        if (length < 0) length = rest.Length;
        name = rest[..length].ToArray();
        rest = rest[length..];
        return length > 0 && !char.IsAsciiDigit((char)name[0]);
    }

    private static bool TryQuoted(ref ReadOnlySpan<byte> rest, out byte[] text)
    {
        text = [];
        if (rest.IsEmpty || rest[0] != (byte)'"') return false;
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == (byte)'\\')
            {
                i++;
            }
            else if (rest[i] == (byte)'"')
            {
                text = Unescape(rest[1..i]);
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8);
}
