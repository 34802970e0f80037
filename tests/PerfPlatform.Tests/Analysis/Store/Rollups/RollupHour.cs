using FsCheck;
using FsCheck.Fluent;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Analysis.Store.Rollups;

/// <summary>The samples of an hour as a property test draws them: counters with resets, rounded gauges, any double, NaN and gaps among them.</summary>
public sealed record RollupHour(MetricKind Kind, long[] Times, double[] Values, double Before, int BeforeSlot)
{
    /// <summary>A full hour.</summary>
    public const long Start = 1_790_000_400_000 / 3_600_000 * 3_600_000;

    /// <summary>For <c>Arbitrary</c> of a property.</summary>
    public static Arbitrary<RollupHour> Hours() => Gen.Choose(int.MinValue, int.MaxValue).Select(Draw).ToArbitrary();

    /// <summary>The hour of a seed.</summary>
    public static RollupHour Draw(int seed)
    {
        var random = new Random(seed);
        var step = (int[])[1000, 1000, 5000, 15_000, 60_000, 700_000];
        var interval = step[random.Next(step.Length)];
        var form = random.Next(8);
        var scale = Math.Pow(10, random.Next(5));
        var samples = new List<(long Time, double Value)>();
        var value = (double)random.Next(1_000_000);
        for (long time = random.Next(interval); time < 3_600_000; time += 1 + random.Next(2 * interval))
        {
            if (random.Next(400) == 0) time += random.Next(900_000); // a gap
            if (time >= 3_600_000) break;
            value = form switch
            {
                0 => random.Next(500) == 0 ? random.Next(10) : value + random.Next(100),
                1 => Math.Round((value * scale) + random.Next(-50, 50)) / scale,
                2 => random.Next(100) == 0 ? random.Next(16) : value,
                3 => random.NextDouble() - 0.5,
                4 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                7 => random.Next(-1, 9) / (197.0 + random.Next(2)), // few doubles, zero of both signs among them
                5 => random.Next(300) == 0 ? random.NextDouble() : value + random.NextDouble(),
                _ => random.Next(3) == 0 ? -0.0 : random.NextInt64(-1L << 53, 1L << 53),
            };
            samples.Add((Start + time, random.Next(200) == 0 ? double.NaN : value));
        }

        var before = random.Next(3) == 0 ? double.NaN : form == 0 ? random.Next(1_000_000) : random.Next(3) == 0 ? random.NextDouble() : 7;
        return new RollupHour((MetricKind)random.Next(3), [.. samples.Select(s => s.Time)], [.. samples.Select(s => s.Value)], before, random.Next(60));
    }

    /// <inheritdoc />
    public override string ToString() => $"{Kind}, {Values.Length} samples from {Values.FirstOrDefault()}, before {Before} in minute {BeforeSlot}";
}
