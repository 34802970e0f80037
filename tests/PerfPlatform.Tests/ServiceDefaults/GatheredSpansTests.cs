using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class GatheredSpansTests : IDisposable
{
    private readonly ActivitySource _source = new("PerfPlatform.Tests.Gathered." + Guid.NewGuid());
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly List<Activity> _ended = [];
    private readonly TracerProvider _provider;

    public GatheredSpansTests() => _provider = Sdk.CreateTracerProviderBuilder().AddSource(_source.Name).AddProcessor(new Ended(_ended)).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Partitions_OfTwoPostsInTurns_AreOneSpanEach()
    {
        var (first, second) = (Context(remote: true), Context(remote: true));
        using var spans = new GatheredSpans(_source, "work", _clock);
        for (var partition = 0; partition < 16; partition++)
        {
            foreach (var post in new[] { first, second })
            {
                spans.Begin(post);
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                spans.End(post);
            }
        }

        Assert.Null(Activity.Current);
        spans.Tell();
        Assert.Empty(_ended);
        // Spans begin by the machine's clock, which may be ahead of this one where the machine is busy.
        _clock.Advance(TimeSpan.FromMinutes(1));
        spans.Tell();
        Assert.Equal([first.SpanId, second.SpanId], _ended.Select(span => span.ParentSpanId));
        Assert.All(_ended, span => Assert.Equal(("process perfplatform.samples", ActivityKind.Consumer), (span.DisplayName, span.Kind)));
    }

    [Fact]
    public void Samples_ThatCameThroughNoBroker_AreNamedByWhatIsDone()
    {
        var trace = Context(remote: false);
        using (var spans = new GatheredSpans(_source, "work", _clock))
        {
            spans.Begin(trace);
            spans.End(trace);
        }

        var span = Assert.Single(_ended);
        Assert.Equal(("work", ActivityKind.Internal, trace.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId));
    }

    [Fact]
    public void Samples_OfNoRecordedTrace_LeaveNoSpan()
    {
        using (var spans = new GatheredSpans(_source, "work", _clock))
        {
            spans.Begin(default);
            spans.End(default);
            spans.Begin(Context(remote: true, ActivityTraceFlags.None));
        }

        Assert.Empty(_ended);
    }

    [Fact]
    public void Spans_OfManyPosts_AreBounded()
    {
        using var spans = new GatheredSpans(_source, "work", _clock);
        for (var i = 0; i < 1000; i++) spans.Begin(Context(remote: true));
        Assert.InRange(_ended.Count, 1000 - 256, 1000);
    }

    private static ActivityContext Context(bool remote, ActivityTraceFlags flags = ActivityTraceFlags.Recorded) =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: remote);

    private sealed class Ended(List<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Add(data);
    }
}
