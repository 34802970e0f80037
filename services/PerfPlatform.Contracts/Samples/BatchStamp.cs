namespace PerfPlatform.Contracts.Samples;

/// <summary>When and where a batch was taken in. Of two samples of one series and time the one with the greatest stamp wins.</summary>
/// <param name="ReceivedAt">Unix milliseconds of intake's clock.</param>
/// <param name="Instance">The intake instance, drawn at random when it starts.</param>
/// <param name="Sequence">Counts the batches of the instance.</param>
public readonly record struct BatchStamp(long ReceivedAt, uint Instance, long Sequence) : IComparable<BatchStamp>
{
    /// <inheritdoc />
    public int CompareTo(BatchStamp other)
    {
        var order = ReceivedAt.CompareTo(other.ReceivedAt);
        if (order != 0) return order;
        order = Instance.CompareTo(other.Instance);
        return order != 0 ? order : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Earlier.</summary>
    public static bool operator <(BatchStamp left, BatchStamp right) => left.CompareTo(right) < 0;

    /// <summary>Later.</summary>
    public static bool operator >(BatchStamp left, BatchStamp right) => left.CompareTo(right) > 0;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(BatchStamp left, BatchStamp right) => left.CompareTo(right) <= 0;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(BatchStamp left, BatchStamp right) => left.CompareTo(right) >= 0;
}
