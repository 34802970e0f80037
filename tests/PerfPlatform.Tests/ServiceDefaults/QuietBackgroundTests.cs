using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class QuietBackgroundTests
{
    [Fact]
    public void Calls_OfNobodysRequest_AreNotExportedUnlessSlowOrFailed()
    {
        var exported = new Exported();
        using var source = new ActivitySource("PerfPlatform.Tests.Quiet");
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddProcessor<QuietBackground>().AddProcessor(new SimpleActivityExportProcessor(exported)).Build())
        {
            End(source, "poll", ActivityKind.Client);
            End(source, "slow poll", ActivityKind.Client, duration: TimeSpan.FromSeconds(2));
            End(source, "failed poll", ActivityKind.Client, failed: true);
            End(source, "consumer", ActivityKind.Consumer);
            using (source.StartActivity("request", ActivityKind.Server)) End(source, "query of a request", ActivityKind.Client);
        }

        Assert.Equal(["consumer", "failed poll", "query of a request", "request", "slow poll"], exported.Names.Order());
    }

    private static void End(ActivitySource source, string name, ActivityKind kind, TimeSpan? duration = null, bool failed = false)
    {
        using var activity = source.StartActivity(name, kind)!;
        if (failed) activity.SetStatus(ActivityStatusCode.Error);
        activity.SetEndTime(activity.StartTimeUtc + (duration ?? TimeSpan.FromMilliseconds(1)));
    }

    private sealed class Exported : BaseExporter<Activity>
    {
        public List<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch) Names.Add(activity.DisplayName);
            return ExportResult.Success;
        }
    }
}
