using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Rollups;

/// <summary>Every bit of a row comes back, and rows of ordinary data are small.</summary>
public sealed class RollupCodecTests
{
    [Property(MaxTest = 500, Arbitrary = [typeof(RollupHour)])]
    public void Decode_OfEncoded_GivesTheSameBits(RollupHour hour)
    {
        var minutes = RollupCalculatorTests.Calculate(hour);
        AssertRoundTrip(minutes);

        var day = new RollupColumns(RollupTier.Hour) { Start = RollupTier.Hour.RowStart(RollupHour.Start) };
        RollupFold.Into(day, minutes);
        AssertRoundTrip(day);
        minutes.Start -= 7 * 3_600_000;
        if (minutes.Start >= day.Start) RollupFold.Into(day, minutes);
        AssertRoundTrip(day);
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(RollupHour)])]
    public void Decode_OfDamagedBytes_ThrowsOrGivesARowButNothingElse(RollupHour hour, int at, byte value, int cut)
    {
        var bytes = Encode(RollupCalculatorTests.Calculate(hour));
        bytes[(int)((uint)at % (uint)bytes.Length)] = value;
        try
        {
            RollupCodec.Decode(bytes.AsSpan(0, bytes.Length - (int)((uint)cut % 3 % (uint)bytes.Length)), RollupTier.Minute, new RollupColumns());
        }
        catch (InvalidDataException)
        {
            // Refused, as it should be.
        }
    }

    [Fact]
    public void Encode_OfNothing_IsARowWithoutSlots()
    {
        var bytes = Encode(new RollupColumns());
        var row = new RollupColumns();
        row.Count[3] = 1;
        RollupCodec.Decode(bytes, RollupTier.Minute, row);
        Assert.Equal(-1, row.FirstSlot);
        Assert.InRange(bytes.Length, 1, 30);
    }

    [Fact]
    public void Fold_OfAnHour_IsWhatItsMinutesAre()
    {
        var hour = new RollupHour(MetricKind.Counter, [RollupHour.Start, RollupHour.Start + 60_000, RollupHour.Start + 120_000], [0.1, 0.2, 0.1], 0, 59);
        var minutes = RollupCalculatorTests.Calculate(hour);
        var day = new RollupColumns(RollupTier.Hour) { Start = RollupTier.Hour.RowStart(RollupHour.Start) };
        var slot = (int)((RollupHour.Start - day.Start) / 3_600_000);

        RollupFold.Into(day, minutes);

        Assert.Equal((3, 0.4, 0.1, 0.2), (day.Count[slot], day.Sum[slot], day.Min[slot], day.Max[slot]));
        Assert.Equal((0.1, 0.1, 0.3), (day.First[slot], day.Last[slot], day.Increase[slot]));
        Assert.Equal(3, day.Count.ToArray().Sum());
    }

    [Theory]
    [InlineData(0, 300)] // a counter
    [InlineData(1, 450)] // a gauge with two decimals
    [InlineData(2, 150)] // a value that rarely changes
    [InlineData(3, 40)] // one that never does
    [InlineData(4, 1500)] // shares of some two hundred ticks: no decimals, but the same few doubles again and again
    public void Encode_OfAnHourAtOneSecond_IsSmall(int form, int most)
    {
        var random = new Random(1);
        var (values, value) = (new double[3600], 50.0);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value = form switch
            {
                0 => value + random.Next(100),
                1 => Math.Round(Math.Clamp(value + random.NextDouble() - 0.5, 0.01, 100), 2),
                2 => random.Next(100) == 0 ? random.Next(1, 16) : value,
                4 => (double)random.Next(random.Next(1, 20)) / random.Next(197, 201),
                _ => value,
            };
        }

        var hour = new RollupHour(MetricKind.Unknown, [.. Enumerable.Range(0, 3600).Select(i => RollupHour.Start + (i * 1000L))], values, double.NaN, 0);
        var length = AssertRoundTrip(RollupCalculatorTests.Calculate(hour));
        Assert.InRange(length, 1, most);
        TestContext.Current.SendDiagnosticMessage("{0} bytes", length);
    }

    [Theory]
    [InlineData(3)] // decimals
    [InlineData(0.1234567890123456789)]
    public void Calculate_Encode_Decode_OfAnHour_AllocateNothing(double step)
    {
        var (calculator, codec, row, read, bytes) = (new RollupCalculator(), new RollupCodec(), new RollupColumns { Start = RollupHour.Start }, new RollupColumns(), new byte[RollupCodec.MaxBytes]);
        var times = Enumerable.Range(0, 3600).Select(i => RollupHour.Start + (i * 1000L)).ToArray();
        var values = Enumerable.Range(0, 3600).Select(i => i * step).ToArray();
        long allocated = 0;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            calculator.Calculate(row, MetricKind.Counter, times, values, double.NaN, 0);
            RollupCodec.Decode(bytes.AsSpan(0, codec.Encode(row, bytes)), RollupTier.Minute, read);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(60, read.Count[59]);
    }

    private static byte[] Encode(RollupColumns row)
    {
        var bytes = new byte[RollupCodec.MaxBytes];
        return bytes[..new RollupCodec().Encode(row, bytes)];
    }

    private static int AssertRoundTrip(RollupColumns row)
    {
        var bytes = Encode(row);
        var read = new RollupColumns();
        RollupCodec.Decode(bytes, row.Tier, read);
        var hasIncrease = Enumerable.Range(0, row.Slots).All(i => row.Count[i] == 0 || !double.IsNaN(row.Increase[i]));
        Assert.Equal(row.Count.ToArray(), read.Count.ToArray());
        Assert.Equal(Bits(row.Sum), Bits(read.Sum));
        Assert.Equal(Bits(row.Min), Bits(read.Min));
        Assert.Equal(Bits(row.Max), Bits(read.Max));
        Assert.Equal(Bits(row.First), Bits(read.First));
        Assert.Equal(Bits(row.Last), Bits(read.Last));
        Assert.Equal(hasIncrease ? Bits(row.Increase) : [.. Enumerable.Repeat(BitConverter.DoubleToInt64Bits(double.NaN), row.Slots)], Bits(read.Increase));
        return bytes.Length;
    }

    private static long[] Bits(ReadOnlySpan<double> values) => Array.ConvertAll(values.ToArray(), v => BitConverter.DoubleToInt64Bits(double.IsNaN(v) ? double.NaN : v));
}
