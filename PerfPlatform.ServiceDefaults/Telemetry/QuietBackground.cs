using System.Diagnostics;
using OpenTelemetry;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Leaves out calls to a server that nobody's request caused: the polling of Hangfire, leases, outboxes and watches would bury the traces.
/// What takes a second or fails is told all the same. It must stand before the exporter.
/// </summary>
internal sealed class QuietBackground : BaseProcessor<Activity>
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public override void OnEnd(Activity data)
    {
        if (data.ParentSpanId == default && data.Kind == ActivityKind.Client && data.Status != ActivityStatusCode.Error && data.Duration < Slow)
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
