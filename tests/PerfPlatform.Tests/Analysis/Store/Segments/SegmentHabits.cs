namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Samples as senders make them, at 1 s, the same at every run.</summary>
public static class SegmentHabits
{
    /// <summary>The names that <see cref="Draw"/> knows.</summary>
    public static readonly string[] All = ["counter", "gauge", "rare", "bytes", "share", "memory", "rounded", "smooth", "float", "random", "stale", "jitter"];

    /// <summary>Times and values of a habit.</summary>
    public static (long[] Times, double[] Values) Draw(string habit, int count)
    {
        var random = new Random(7);
        var (times, values) = (new long[count], new double[count]);
        double level = random.Next(10_000) / 100.0;
        for (var i = 0; i < count; i++)
        {
            times[i] = 1_790_000_000_000 + (i * 1000L) + (habit == "jitter" ? random.Next(-1, 3) : 0);
            values[i] = level = habit switch
            {
                // Requests counted; what most exporters send.
                "counter" or "jitter" => Math.Floor(level) + random.Next(100),
                // A percentage with two digits that wanders.
                "gauge" => Math.Round(Math.Clamp(level + random.NextDouble() - 0.5, 0.01, 100), 2),
                // A number of replicas.
                "rare" => random.Next(100) == 0 ? random.Next(1, 16) : level,
                // Bytes on disk, in pages.
                "bytes" => Math.Floor(level) + (4096.0 * random.Next(1000)),
                // The share of ticks that a processor was busy.
                "share" => random.Next(60) / (double)random.Next(198, 203),
                // One less the share that is available.
                "memory" => 1 - (random.Next(5_500_000, 5_510_000) / 6_180_021.0),
                // Percent from a file, divided afterwards.
                "rounded" => random.Next(3_000, 3_200) / 100.0 * 0.01,
                "smooth" => 50 + (40 * Math.Sin(i / 100.0)),
                // Single precision on its way.
                "float" => (float)(20 + random.NextDouble()),
                // A counter whose target went away and came back.
                "stale" => i % 900 == 899 ? BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0002) : i * 3,
                _ => random.NextDouble(),
            };
        }

        return (times, values);
    }
}
