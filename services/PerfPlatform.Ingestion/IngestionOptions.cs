using Microsoft.Extensions.Options;

namespace PerfPlatform.Ingestion;

/// <summary>The limits of intake (section <c>Ingestion</c>). Sizes are bytes.</summary>
public sealed record IngestionOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Ingestion";

    /// <summary>The largest body, as it comes over the wire.</summary>
    public int MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>The largest body after decompression.</summary>
    public int MaxDecompressedBytes { get; init; } = 64 << 20;

    /// <summary>The most samples of one request.</summary>
    public int MaxSamplesPerRequest { get; init; } = 500_000;

    /// <summary>The most series that one key may send, unless its record says otherwise.</summary>
    public int MaxSeriesPerKey { get; init; } = 200_000;

    /// <summary>The most series that intake remembers at a time; more are taken in, at a greater cost.</summary>
    public int MaxSeries { get; init; } = 1_000_000;

    /// <summary>A series that did not come for this long no longer counts.</summary>
    public TimeSpan SeriesIdleTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most labels of a series.</summary>
    public int MaxLabels { get; init; } = 64;

    /// <summary>The longest label name.</summary>
    public int MaxLabelNameBytes { get; init; } = 255;

    /// <summary>The longest label value.</summary>
    public int MaxLabelValueBytes { get; init; } = 4096;

    /// <summary>How far in the future a sample may lie.</summary>
    public TimeSpan MaxFuture { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How old a sample may be; not longer than raw samples are kept.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How far the times of a sender's samples may lie from their receipt before the log warns of it.</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether name, version and attributes of OTLP's instrumentation scopes are labels (<c>otel.scope.name</c>, <c>otel.scope.version</c>,
    /// <c>otel.scope.&lt;attribute&gt;</c>). Without it they describe the series and do not identify them.
    /// </summary>
    public bool OtlpScopeLabels { get; init; }

    /// <summary>The most bytes of bodies, before and after decompression, that are worked on at a time; beyond it senders are told to wait.</summary>
    public long MaxInFlightBytes { get; init; } = 256L << 20;
}

/// <summary>Names the key and the range of a limit that cannot be.</summary>
internal sealed class IngestionOptionsValidator : IValidateOptions<IngestionOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestionOptions options)
    {
        var errors = new List<string>();
        Check(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, 1 << 30);
        Check(nameof(options.MaxDecompressedBytes), options.MaxDecompressedBytes, 1024, 1 << 30);
        Check(nameof(options.MaxSamplesPerRequest), options.MaxSamplesPerRequest, 1, 5_000_000);
        Check(nameof(options.MaxSeriesPerKey), options.MaxSeriesPerKey, 1, int.MaxValue);
        Check(nameof(options.MaxSeries), options.MaxSeries, 1, 100_000_000);
        Check(nameof(options.MaxLabels), options.MaxLabels, 1, 1000);
        Check(nameof(options.MaxLabelNameBytes), options.MaxLabelNameBytes, 1, 65_535);
        Check(nameof(options.MaxLabelValueBytes), options.MaxLabelValueBytes, 1, 65_535);
        // One request of the largest size must find room, also while its buffer grows by doubling.
        Check(nameof(options.MaxInFlightBytes), options.MaxInFlightBytes, options.MaxBodyBytes + 2L * options.MaxDecompressedBytes, long.MaxValue);
        Check(nameof(options.SeriesIdleTime) + " in seconds", (long)options.SeriesIdleTime.TotalSeconds, 1, 86_400 * 30);
        Check(nameof(options.MaxFuture) + " in seconds", (long)options.MaxFuture.TotalSeconds, 0, 86_400);
        Check(nameof(options.MaxClockSkew) + " in seconds", (long)options.MaxClockSkew.TotalSeconds, 1, 86_400);
        Check(nameof(options.MaxAge) + " in seconds", (long)options.MaxAge.TotalSeconds, 60, 86_400 * 400);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string key, long value, long least, long most)
        {
            if (value < least || value > most) errors.Add($"{IngestionOptions.Section}:{key} is {value}; it must be {least} to {most}.");
        }
    }
}
