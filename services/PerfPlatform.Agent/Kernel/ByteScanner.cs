using System.Buffers.Text;

namespace PerfPlatform.Agent.Kernel;

/// <summary>Walks over the text of a kernel file without making strings. Hot. Never throws: a number that is not there is false.</summary>
internal ref struct ByteScanner(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>The next line without its line feed.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        if (_rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The next run of bytes between blanks.</summary>
    public bool TryReadWord(out ReadOnlySpan<byte> word)
    {
        SkipBlanks();
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
        word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return !word.IsEmpty;
    }

    public bool TryReadNumber(out ulong value)
    {
        SkipBlanks();
        if (!Utf8Parser.TryParse(_rest, out value, out var used))
            return false;
        _rest = _rest[used..];
        return true;
    }

    public bool TryReadNumber(out double value)
    {
        SkipBlanks();
        if (!Utf8Parser.TryParse(_rest, out value, out var used))
            return false;
        _rest = _rest[used..];
        return true;
    }

    public bool TrySkipWords(int count)
    {
        for (; count > 0; count--)
        {
            if (!TryReadWord(out _))
                return false;
        }

        return true;
    }

    private void SkipBlanks()
    {
        var first = _rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        _rest = first < 0 ? default : _rest[first..];
    }
}
