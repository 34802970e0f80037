namespace PerfPlatform.Ingestion.Otlp;

/// <summary>Which part of a data point a series is; it belongs to the series' key.</summary>
internal enum OtlpPart : byte
{
    /// <summary>The point itself.</summary>
    Value,

    /// <summary>How many of a histogram's values lie at or below a bound.</summary>
    Bucket,
    Sum,
    Count,

    /// <summary>A quantile of a summary.</summary>
    Quantile,
}
