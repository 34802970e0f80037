namespace PerfPlatform.Ingestion.Intake;

/// <summary>Why a sample was not taken in; the names are the tag <c>reason</c> of the platform's own metrics.</summary>
internal enum RejectReason
{
    /// <summary>It was taken in.</summary>
    None,
    TooOld,
    TooFarInFuture,
    SeriesLimit,
    BadMetricName,
    TooManyLabels,
    BadLabel,
    BadValue,
    NotSupported,
    OutOfOrderDelta,
    Malformed,
}
