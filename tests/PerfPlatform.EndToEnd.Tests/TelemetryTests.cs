using System.Diagnostics;
using System.Net.Http.Json;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>The platform watches itself: its telemetry reaches the Aspire dashboard.</summary>
public sealed class TelemetryTests(DistributedApp app)
{
    [Fact]
    public async Task Sample_Sent_LeavesATraceFromIntakeToStore()
    {
        await app.StartedAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/samples") { Content = JsonContent.Create(new { samples = new[] { new { metric = "e2e.trace", labels = new { trace }, value = 1 } } }) };
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        using var sent = await app.Client.SendAsync(request);
        Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync());

        var services = await Wait.ForAsync(
            "the trace in the dashboard",
            () => app.Dashboard.TraceAsync(trace),
            found => found.ContainsKey("web") && found.ContainsKey("ingestion") && found.ContainsKey("alerting") && found.TryGetValue("analysis", out var spans) && spans.Contains("process perfplatform.samples"),
            TimeSpan.FromSeconds(40),
            () => app.Dashboard.TraceAsync(trace).ContinueWith(t => t.IsCompletedSuccessfully ? string.Join("; ", t.GetAwaiter().GetResult().Select(s => $"{s.Key}: {string.Join(", ", s.Value)}")) : "no trace", TaskScheduler.Default).GetAwaiter().GetResult());
        Assert.Contains("publish perfplatform.samples", services["ingestion"]);
        Assert.Equal(["process perfplatform.samples"], services["alerting"]);
        // One sample: the proxy's two, intake's three, the commit with its statements (a new series is registered in it), the evaluation.
        Assert.InRange(services.Sum(service => service.Value.Count), 8, 16);
    }

    [Fact]
    public async Task EveryService_Running_IsKnownToTheDashboard()
    {
        await app.StartedAsync();
        await Wait.ForAsync(
            "telemetry of every service",
            app.Dashboard.ResourcesAsync,
            names => app.Addresses.Keys.All(service => names.Any(n => n.Contains(service, StringComparison.Ordinal))),
            TimeSpan.FromSeconds(90));
    }
}
