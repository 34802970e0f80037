using System.Diagnostics;
using System.Net;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Telemetry;

/// <summary>A post is one trace that a person can read, from intake through a real RabbitMQ to the store and to Alerting, however many messages it becomes.</summary>
public sealed class SampleTraceTests(TracedServices services) : IClassFixture<TracedServices>
{
    private static readonly ActivitySource Sender = new("PerfPlatform.Tests.Sender");

    [Fact]
    public async Task Post_OfSixteenPartitions_IsOneReadableTrace()
    {
        var trace = await PostAsync("trace.one");
        await Wait.ForAsync("Alerting has told its span", () => services.Spans.Of(trace).Any(span => span.Source.Name == "PerfPlatform.Alerting"));

        var spans = services.Spans.Of(trace);
        Assert.DoesNotContain(spans, span => span.Source.Name == "MassTransit");
        var publish = Assert.Single(spans, span => span.Kind == ActivityKind.Producer);
        Assert.Equal("publish perfplatform.samples", publish.DisplayName);
        Assert.Equal(TracedServices.Partitions, publish.GetTagItem("messaging.batch.message_count"));
        Assert.Equal("rabbitmq", publish.GetTagItem("messaging.system"));
        Assert.Equal("perfplatform.samples", publish.GetTagItem("messaging.destination.name"));
        Assert.Equal("intake", Assert.Single(spans, span => span.SpanId == publish.ParentSpanId).DisplayName);

        var evaluation = Assert.Single(spans, span => span.Source.Name == "PerfPlatform.Alerting");
        Assert.Equal((publish.SpanId, ActivityKind.Consumer, "process perfplatform.samples"), (evaluation.ParentSpanId, evaluation.Kind, evaluation.DisplayName));

        // As many as there were commits: those whose messages came while one was under way share the next.
        var writes = spans.Where(span => span.Source.Name == "PerfPlatform.Analysis").ToList();
        Assert.All(writes, write => Assert.Equal((publish.SpanId, ActivityKind.Consumer, "process perfplatform.samples"), (write.ParentSpanId, write.Kind, write.DisplayName)));
        Assert.Equal(TracedServices.Partitions, writes.Sum(write => (int)write.GetTagItem("perfplatform.store.batches")!));
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && writes.Any(write => write.SpanId == span.ParentSpanId));
    }

    [Fact]
    public async Task Posts_ThatShareMessages_AreFoundFromEachOther()
    {
        var traces = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => PostAsync($"trace.many{i}")));
        var published = traces.Select(trace => Assert.Single(services.Spans.Of(trace), span => span.Kind == ActivityKind.Producer).SpanId).ToHashSet();
        // A write's own trace may be that of any post before.
        var writes = services.Spans.All.Where(span => span.Source.Name == "PerfPlatform.Analysis").ToList();
        var found = writes.Select(write => write.ParentSpanId).Concat(writes.SelectMany(write => write.Links).Select(link => link.Context.SpanId)).ToHashSet();
        Assert.Superset(published, found);
        Assert.Contains(writes, write => write.Links.Any());
    }

    [Fact]
    public async Task Post_ThatIsNotSampled_LeavesNoSpan()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/write") { Content = TracedServices.Content("trace.none") };
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-00");
        using var answer = await services.Intake.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await StoredAsync("trace.none");
        Assert.Empty(services.Spans.Of(trace));
    }

    private async Task<ActivityTraceId> PostAsync(string metric)
    {
        ActivityTraceId trace;
        using (var post = Sender.StartActivity("send")!)
        {
            trace = post.TraceId;
            using var answer = await services.Intake.Client.PostAsync("/api/v1/write", TracedServices.Content(metric));
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        await StoredAsync(metric);
        return trace;
    }

    // A series is visible a moment before the span of its commit ends.
    private async Task StoredAsync(string metric)
    {
        await Wait.ForAsync("every sample is stored", async () => (await services.Store.RawAsync(metric, 0, long.MaxValue / 1_000_000)).Count == TracedServices.Series);
        await services.Store.WriteAsync("trace.after", metric, (1_790_000_000_000, 1));
    }
}
