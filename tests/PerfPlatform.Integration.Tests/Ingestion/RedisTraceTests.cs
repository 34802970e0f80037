using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using PerfPlatform.Contracts.Access;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>What Redis did for a request is in the request's trace.</summary>
public sealed class RedisTraceTests(ServersFixture servers)
{
    [Fact]
    public async Task Calls_OfARequest_AreSpansOfItsTraceAndPollingIsQuiet()
    {
        ActivityTraceId trace;
        var calls = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "OpenTelemetry.Instrumentation.StackExchangeRedis", ActivityStopped = calls.Enqueue };
        ActivitySource.AddActivityListener(listener);
        await using (var host = await IntakeHost.StartAsync(servers, new CapturingSink(), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")))
        {
            using var admin = await host.ClientAsync([Scopes.Admin]);
            using var asking = new Activity("ask").Start();
            trace = asking.TraceId;
            asking.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            using var answer = await admin.PostAsJsonAsync(new Uri("/api/v1/scrape/targets", UriKind.Relative), new { job = "traced", target = "127.0.0.1:1" }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        // The end of the host has flushed them.
        Assert.Contains(calls, call => call.TraceId == trace && call is { Kind: ActivityKind.Client, Recorded: true });
        var polling = calls.Where(call => call.ParentSpanId == default).ToList();
        Assert.NotEmpty(polling);
        Assert.DoesNotContain(polling, call => call.Recorded && call.Duration < TimeSpan.FromSeconds(1));
    }
}
