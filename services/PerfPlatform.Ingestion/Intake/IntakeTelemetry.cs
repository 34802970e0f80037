using System.Diagnostics.Metrics;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>What intake tells of the requests it took.</summary>
internal static class IntakeTelemetry
{
    private static readonly Meter Meter = new(IngestionTelemetry.Name);

    public static readonly Counter<long> Unavailable = Meter.CreateCounter<long>(
        "perfplatform.ingestion.unavailable", "{request}", "Requests that were told to come again because samples could not be made durable");

    private static readonly Counter<long> Accepted = Meter.CreateCounter<long>("perfplatform.ingestion.samples.accepted", "{sample}", "Samples made durable");

    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>("perfplatform.ingestion.samples.rejected", "{sample}", "Samples refused");

    /// <summary>Counts a request that is done.</summary>
    public static void Count(string protocol, IntakeRequest request)
    {
        Accepted.Add(request.Accepted, new KeyValuePair<string, object?>("protocol", protocol));
        if (request.Rejections.Total == 0) return;
        foreach (var (reason, count) in request.Rejections.Counts())
        {
            Rejected.Add(count, new("protocol", protocol), new("reason", ReasonTag(reason)));
        }
    }

    private static string ReasonTag(RejectReason reason) => reason switch
    {
        RejectReason.TooOld => "too_old",
        RejectReason.TooFarInFuture => "too_far_in_future",
        RejectReason.SeriesLimit => "series_limit",
        RejectReason.BadMetricName => "bad_metric_name",
        RejectReason.TooManyLabels => "too_many_labels",
        RejectReason.BadLabel => "bad_label",
        RejectReason.BadValue => "bad_value",
        RejectReason.NotSupported => "not_supported",
        RejectReason.OutOfOrderDelta => "out_of_order_delta",
        _ => "malformed",
    };
}
