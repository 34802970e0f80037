using System.Net;
using PerfPlatform.Integration.Tests.Alerting;
using PerfPlatform.Integration.Tests.Analysis.Store;
using PerfPlatform.Integration.Tests.Ingestion;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Telemetry;

/// <summary>Intake, store and Alerting in this process, each behind a real RabbitMQ, and the spans they record. Started once for the tests that look at them.</summary>
public sealed class TracedServices(ServersFixture servers) : IAsyncLifetime
{
    public const int Partitions = 16;

    /// <summary>As many series as every partition needs to have one.</summary>
    public const int Series = 300;

    internal RecordedSpans Spans { get; } = new();

    internal IntakeHost Intake { get; private set; } = null!;

    internal StoreHost Store { get; private set; } = null!;

    internal AlertingProcess Alerting { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var broker = await (await servers.RabbitMqAsync()).VirtualHostAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var metrics = (await servers.DatabaseAsync()).ConnectionString;
        var alerts = (await servers.DatabaseAsync()).ConnectionString;
        (string, string)[] settings = [("ConnectionStrings:rabbitmq", broker), (SampleQueues.PartitionsSetting, $"{Partitions}")];
        Intake = await Outside.StartAsync(() => IntakeHost.StartAsync(servers, null, settings));
        Store = await Outside.StartAsync(() => StoreHost.StartAsync(metrics, settings));
        Alerting = await Outside.StartAsync(() => AlertingProcess.StartAsync(alerts, redis, new RecordedSamples(), settings));
        await Alerting.ReadyAsync();
        await Wait.ForAsync("intake has its broker", async () => (await Intake.Client.PostAsync("/api/v1/write", Content("warm"))).StatusCode == HttpStatusCode.NoContent);

        // What still waits would share a commit, and its span, with the first post of a test.
        await Wait.ForAsync("the first post is stored", async () => (await Store.RawAsync("warm", 0, long.MaxValue / 1_000_000)).Count >= Series);
    }

    public async ValueTask DisposeAsync()
    {
        await Alerting.DisposeAsync();
        await Store.DisposeAsync();
        await Intake.DisposeAsync();
        Spans.Dispose();
    }

    public static HttpContent Content(string metric)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return IntakeHost.RemoteWrite(WriteRequests.Write(Enumerable.Range(0, Series).Select(i => WriteRequests.Series(metric, [$"i={i}"], (now, i)))));
    }
}
