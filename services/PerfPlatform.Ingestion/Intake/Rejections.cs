using System.Text;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>What of one request was not taken in: counted by reason, with the first case of each in words.</summary>
internal sealed class Rejections(IngestionOptions options)
{
    private const int Reasons = (int)RejectReason.Malformed + 1;

    private readonly int[] _counts = new int[Reasons];
    private readonly string?[] _first = new string?[Reasons];

    /// <summary>What makes the series of the sender many, where it has all that it may have.</summary>
    public string? LimitHint { get; set; }

    public int Total { get; private set; }

    /// <summary>How many data points of OTLP lost something: a histogram is one, however many series it is here.</summary>
    public int Points { get; set; }

    public int this[RejectReason reason] => _counts[(int)reason];

    /// <summary>Counts samples; true when they are the first of their reason, so that <see cref="Describe"/> is worth its string.</summary>
    public bool Count(RejectReason reason, int samples)
    {
        var first = _counts[(int)reason] == 0;
        _counts[(int)reason] += samples;
        Total += samples;
        // What is refused takes time too, more than what is stored.
        if (Total > options.MaxSamplesPerRequest) throw new IntakeTooLargeException($"The request has more than {options.MaxSamplesPerRequest} samples: split it.");
        return first;
    }

    /// <summary>Tells the first case of a reason.</summary>
    public void Describe(RejectReason reason, string detail) => _first[(int)reason] = detail;

    /// <summary>Counts samples and tells the first case.</summary>
    public void Add(RejectReason reason, int samples, string detail)
    {
        if (Count(reason, samples)) Describe(reason, detail);
    }

    /// <summary>What the reason means, and what to change.</summary>
    public string Explain(RejectReason reason) => reason switch
    {
        RejectReason.TooOld => $"the time is more than {DurationText.Format(options.MaxAge)} ago",
        RejectReason.TooFarInFuture => $"the time is more than {DurationText.Format(options.MaxFuture)} in the future; check the sender's clock",
        RejectReason.SeriesLimit => "the key has as many series as it may have; new ones are refused, known ones go on. Send fewer label values or raise the key's limit" + LimitHint,
        RejectReason.BadMetricName => "the metric's name cannot be used",
        RejectReason.TooManyLabels => $"the series has more than {options.MaxLabels} labels",
        RejectReason.BadLabel => "a label cannot be used",
        RejectReason.BadValue => "the value cannot be used",
        RejectReason.NotSupported => "this kind of data is not taken in",
        RejectReason.OutOfOrderDelta => "a delta came later than a newer one of its series, or the series is not remembered",
        _ => "the data cannot be read",
    };

    /// <summary>One sentence a reason.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var reason = RejectReason.None + 1; (int)reason < Reasons; reason++)
        {
            var count = _counts[(int)reason];
            if (count == 0) continue;
            if (text.Length > 0) text.Append("; ");
            text.Append(count).Append(count == 1 ? " sample: " : " samples: ").Append(Explain(reason));
            if (_first[(int)reason] is { } first) text.Append(" (first: ").Append(first).Append(')');
        }

        return text.ToString();
    }

    /// <summary>The counts by reason, those that are not zero.</summary>
    public IEnumerable<(RejectReason Reason, int Count)> Counts()
    {
        for (var reason = RejectReason.None + 1; (int)reason < Reasons; reason++)
        {
            if (_counts[(int)reason] > 0) yield return (reason, _counts[(int)reason]);
        }
    }
}
