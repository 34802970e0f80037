// Hot file: every sample of every scraped page passes here. Known series cost no allocation but the batch's columns.
using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Scrape.Exposition;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>
/// Takes a target's pages in. The key of a series is the target's number and the sample's name and labels as the page writes them. One scrape at a time.
/// </summary>
internal sealed class PageIntake(ScrapeTarget target, CreatedTimes created)
{
    private static ulong _numbers;

    private readonly ulong _number = Interlocked.Increment(ref _numbers);
    private readonly KeyBuffer _key = new();

    /// <summary>The series of the last page.</summary>
    public SeenSeries Seen { get; } = new();

    /// <summary>How many samples the last page had.</summary>
    public int Samples { get; private set; }

    /// <summary>Reads a page.</summary>
    /// <exception cref="ScrapeException">It cannot be read, or has too many samples; nothing of it counts.</exception>
    public void Read(ReadOnlySpan<byte> body, ExpositionFormat format, long time, IntakeRequest request)
    {
        var family = new ExpositionFamily();
        var reader = new ExpositionReader(body, format);
        Samples = 0;
        Seen.Begin();
        while (reader.TryRead())
        {
            if (reader.Part != ExpositionPart.Sample)
            {
                family.Learn(reader);
                continue;
            }

            if (++Samples > target.MaxSamples) throw new ScrapeException($"the page has more than {target.MaxSamples} samples; raise maxSamples if that is right");
            var name = reader.Head[..reader.NameLength];
            if (family.CountsFromCreation && family.Has(name, out var suffix) && suffix.SequenceEqual("_created"u8))
            {
                Begin(in reader, time, request);
                continue;
            }

            if (Find(in reader, family, request) is not { } series) continue;
            // Times of the page's own are for values that come when they come: such a series does not end with the page.
            if (reader.Time is null) Seen.Add(series);
            request.Add(series, reader.Time ?? time, reader.Value);
        }

        if (reader.Error is { } error) throw new ScrapeException($"line {reader.Line} of the page cannot be read: {error}");
    }

    /// <summary>A series of what the platform itself says of the target: <c>up</c> and the like.</summary>
    public CachedSeries Own(ReadOnlySpan<byte> metric, IntakeRequest request)
    {
        // No name of a page begins with this byte.
        Key([1], metric, []);
        if (request.TryFind(_key.Span, out var series)) return series;
        var unit = metric.SequenceEqual("scrape_duration_seconds"u8) ? "s" : "";
        return request.IntroduceOwn(_key.Span, new SeriesDescriptor(MetricName.Parse(Encoding.UTF8.GetString(metric)), target.Labels, MetricKind.Gauge, unit, LabelSet.Empty));
    }

    private void Key(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        _key.Truncate(0);
        _key.Add((byte)'P');
        _key.Add(_number);
        _key.Add(first);
        _key.Add(second);
        _key.Add(third);
    }

    private CachedSeries? Find(in ExpositionReader sample, ExpositionFamily family, IntakeRequest request)
    {
        Key(sample.Head, [], []);
        return request.TryFind(_key.Span, out var series) ? series : Introduce(in sample, family, request);
    }

    // "foo_created{a="b"} 1520430000.123": its counters stood at 0 then. The buckets of a histogram, which have one label more, are not looked for.
    private void Begin(in ExpositionReader sample, long time, IntakeRequest request)
    {
        var began = (long)Math.Round(sample.Value * 1000);
        var family = sample.Head[..(sample.NameLength - "_created".Length)];
        foreach (var suffix in (ReadOnlySpan<string>)["_total", "_count", "_sum"])
        {
            Key(family, Encoding.ASCII.GetBytes(suffix), sample.Head[sample.NameLength..]);
            if (request.TryFind(_key.Span, out var counter)) created.Begin(counter, began, time, request);
        }
    }

    private CachedSeries? Introduce(in ExpositionReader sample, ExpositionFamily family, IntakeRequest request)
    {
        if (ExpositionLabels.Read(sample.Head, sample.NameLength, out var read) is { } mistake) throw new ScrapeException($"line {sample.Line} of the page cannot be read: {mistake}");
        var builder = new DescriptorBuilder(request.Options);
        builder.Metric(read.Name);
        TargetLabels.Join(read.Labels, target, builder);
        builder.Metadata("help"u8, family.Help);
        var (kind, unit) = family.Of(read.Name);
        var descriptor = builder.Build(kind, unit);
        if (descriptor is null)
        {
            request.Rejections.Add(builder.Reason, 1, $"line {sample.Line}: {builder.Error}");
            return null;
        }

        var series = request.Introduce(_key.Span, descriptor);
        if (series is null) request.Rejections.Add(RejectReason.SeriesLimit, 1, IntakeRequest.Name(descriptor));
        return series;
    }
}
