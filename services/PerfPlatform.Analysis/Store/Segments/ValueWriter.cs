using System.Runtime.InteropServices;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed and when its hour is merged. docs/store.md has the format byte by byte.

/// <summary>
/// Writes a column of doubles in the shortest of the forms. A few samples, as a flush has them, try only what is cheap; an hour tries what may pay.
/// </summary>
internal sealed class ValueWriter(GeneralCompressor compressor)
{
    /// <summary>From so many values on every form that may pay is tried.</summary>
    private const int ThoroughFrom = 128;

    private readonly IntegerWriter _columns = new(compressor);
    private readonly DistinctValues _distinct = new();
    private readonly Fractions _fractions = new();
    private long[] _integers = new long[64];
    private long[] _steps = new long[64];
    private long[] _odd = new long[64];
    private long[] _lengths = new long[64];
    private double[] _heads = new double[64];

    public void Write(ReadOnlySpan<double> values, ColumnBytes target)
    {
        Reserve(values.Length);
        var thorough = values.Length >= ThoroughFrom;
        var runs = CountRuns(values);
        if (runs == 1)
        {
            target.Add((byte)ValueForm.Constant);
            target.AddBits(values[0]);
            return;
        }

        var first = target.Length;
        if (runs <= values.Length / 8)
        {
            WriteRuns(values, thorough, target);
            return;
        }

        WriteEach(values, thorough, target);
        if (runs > values.Length * 3 / 4) return;
        var second = target.Length;
        WriteRuns(values, thorough, target);
        target.KeepShorter(first, second);
    }

    /// <summary>A column of which neighbours mostly differ.</summary>
    private void WriteEach(ReadOnlySpan<double> values, bool thorough, ColumnBytes target)
    {
        var first = target.Length;
        var power = DecimalScale.TryScale(values, _integers, _odd.AsSpan(0, values.Length / 16), out var odd);
        if (power >= 0)
        {
            WriteOdd(values, odd, target);
            target.Add((byte)ValueForm.Decimal);
            target.Add((byte)power);
            _columns.Write(_integers.AsSpan(0, values.Length), target);
        }

        // Where the first form is good enough the next, slower ones are spared.
        if (IsGood(2 * values.Length) && odd == 0) return;
        if (thorough)
        {
            WriteNear(values, first, target);
            if (IsGood(values.Length)) return;
            WriteFractions(values, first, target);
            WriteDictionary(values, first, target);
        }

        if (IsGood(3 * values.Length)) return;
        var second = target.Length;
        WriteBits(values, target);
        target.KeepShorter(first, second);

        bool IsGood(int limit) => target.Length > first && target.Length - first <= limit;
    }

    private void WriteNear(ReadOnlySpan<double> values, int first, ColumnBytes target)
    {
        var power = NearDecimal.TryScale(values, _integers, _steps, _odd.AsSpan(0, values.Length / 16), out var odd);
        if (power < 0) return;
        var second = target.Length;
        WriteOdd(values, odd, target);
        target.Add((byte)ValueForm.NearDecimal);
        target.Add((byte)power);
        _columns.Write(_integers.AsSpan(0, values.Length), target);
        _columns.Write(_steps.AsSpan(0, values.Length), target);
        target.KeepShorter(first, second);
    }

    private void WriteFractions(ReadOnlySpan<double> values, int first, ColumnBytes target)
    {
        if (!_fractions.TryFind(values, _odd.AsSpan(0, values.Length / 16), out var odd)) return;
        var second = target.Length;
        WriteOdd(values, odd, target);
        target.Add((byte)ValueForm.Fraction);
        _columns.Write(_fractions.Numerators.AsSpan(0, values.Length), target);
        _columns.Write(_fractions.Denominators.AsSpan(0, values.Length), target);
        _columns.Write(_fractions.Steps.AsSpan(0, values.Length), target);
        target.KeepShorter(first, second);
    }

    private void WriteDictionary(ReadOnlySpan<double> values, int first, ColumnBytes target)
    {
        if (!_distinct.TryCollect(values, values.Length / 4)) return;
        var second = target.Length;
        target.Add((byte)ValueForm.Dictionary);
        target.AddVarInt((ulong)_distinct.Values.Length);
        WriteBits(_distinct.Values, target);
        _columns.Write(_distinct.Places, target);
        target.KeepShorter(first, second);
    }

    private void WriteBits(ReadOnlySpan<double> values, ColumnBytes target)
    {
        target.Add((byte)ValueForm.Bits);
        var integers = _integers.AsSpan(0, values.Length);
        OrderedBits.Turn(MemoryMarshal.Cast<double, long>(values), integers);
        _columns.Write(integers, target);
    }

    /// <summary>The values that do not go with the column that follows.</summary>
    private void WriteOdd(ReadOnlySpan<double> values, int count, ColumnBytes target)
    {
        if (count == 0) return;
        target.Add((byte)ValueForm.Patched);
        target.AddVarInt((ulong)count);
        var places = _odd.AsSpan(0, count);
        _columns.Write(places, target);
        foreach (var place in places) target.AddBits(values[(int)place]);
    }

    private void WriteRuns(ReadOnlySpan<double> values, bool thorough, ColumnBytes target)
    {
        var bits = MemoryMarshal.Cast<double, long>(values);
        var (runs, start) = (0, 0);
        for (var i = 1; i <= bits.Length; i++)
        {
            if (i < bits.Length && bits[i] == bits[i - 1]) continue;
            _heads[runs] = values[start];
            _lengths[runs++] = i - start;
            start = i;
        }

        target.Add((byte)ValueForm.Runs);
        target.AddVarInt((ulong)runs);
        _columns.Write(_lengths.AsSpan(0, runs), target);
        WriteEach(_heads.AsSpan(0, runs), thorough, target);
    }

    private static int CountRuns(ReadOnlySpan<double> values)
    {
        var bits = MemoryMarshal.Cast<double, long>(values);
        var runs = bits.Length;
        for (var i = 1; i < bits.Length; i++) runs -= bits[i] == bits[i - 1] ? 1 : 0;
        return runs;
    }

    private void Reserve(int count)
    {
        if (_integers.Length >= count) return;
        var size = Math.Max(count, _integers.Length * 2);
        (_integers, _steps, _odd, _lengths, _heads) = (new long[size], new long[size], new long[size], new long[size], new double[size]);
    }
}
