namespace PerfPlatform.Ingestion.Histograms;

/// <summary>
/// The bounds at which a native histogram was stored before. A native histogram leaves empty buckets out and changes its resolution; a classic
/// one has the same buckets each time, or else an old bucket would seem to stand still.
/// </summary>
internal sealed class HistogramBounds
{
    private const int MaxBounds = 1000;

    private readonly Lock _change = new();

    // Bounded by MaxBounds; further ones are stored and not remembered.
    private readonly List<double> _known = [];

    /// <summary>
    /// Adds the known bounds that the buckets lack: with their count where no observation lies around them, with <paramref name="stale"/> (and then
    /// forgotten) where it cannot be told how many lie below.
    /// </summary>
    public void Complete(List<(double Bound, double Below)> buckets, double count, double stale)
    {
        lock (_change)
        {
            var (own, known, below) = (0, 0, 0.0);
            while (own < buckets.Count || known < _known.Count)
            {
                var bound = own < buckets.Count ? buckets[own].Bound : double.PositiveInfinity;
                if (known >= _known.Count || bound < _known[known])
                {
                    if (_known.Count < MaxBounds) _known.Insert(known++, bound);
                    below = buckets[own++].Below;
                }
                else if (bound == _known[known])
                {
                    known++;
                    below = buckets[own++].Below;
                }
                else if ((own < buckets.Count ? buckets[own].Below : count) == below)
                {
                    buckets.Insert(own++, (_known[known++], below));
                }
                else
                {
                    buckets.Insert(own++, (_known[known], stale));
                    _known.RemoveAt(known);
                }
            }
        }
    }

    /// <summary>Writes the known bounds.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        lock (_change)
        {
            writer.Write(_known.Count);
            foreach (var bound in _known) writer.Write(bound);
        }
    }

    /// <summary>Adds bounds that were written, to none that are known.</summary>
    public void ReadFrom(BinaryReader reader)
    {
        lock (_change)
        {
            for (var left = reader.ReadInt32(); left > 0; left--) _known.Add(reader.ReadDouble());
        }
    }

    /// <summary>Fills the list with every known bound and the same value.</summary>
    public void All(List<(double Bound, double Below)> buckets, double value)
    {
        buckets.Clear();
        lock (_change)
        {
            foreach (var bound in _known) buckets.Add((bound, value));
        }
    }
}
