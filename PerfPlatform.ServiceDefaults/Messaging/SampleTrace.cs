using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// How traces go with samples. A post becomes as many messages as there are partitions, and a message may hold several posts: intake has one span for what it publishes
/// of a post, each consuming service one for what it takes together. The first post is its parent, the others are links.
/// </summary>
public static class SampleTrace
{
    // W3C's names. Posts that share the message of another stand in a list of their own.
    private const string Parent = "traceparent";
    private const string State = "tracestate";
    private const string Others = "perfplatform-traceparents";

    // What the OpenTelemetry SDKs keep of a span.
    private const int MaxLinks = 128;

    /// <summary>The span of what intake publishes of a post; null where nobody records.</summary>
    public static Activity? StartPublish(ActivitySource source, int messages)
    {
        var span = source.StartActivity("publish " + SampleQueues.Exchange, ActivityKind.Producer);
        if (span is { IsAllDataRequested: true }) Describe(span.SetTag("messaging.batch.message_count", messages), "publish", "send");
        return span;
    }

    /// <summary>The span of samples that are handled together, or null where none of their traces is recorded: nobody's samples begin no trace.</summary>
    /// <param name="source">Whose span.</param>
    /// <param name="name">What is done with them, where they came through no broker.</param>
    /// <param name="traces">The traces that brought them.</param>
    public static Activity? StartProcess(ActivitySource source, string name, params IEnumerable<ActivityContext> traces)
    {
        if (!source.HasListeners()) return null;
        var recorded = traces.Where(IsRecorded).DistinctBy(trace => trace.SpanId).Take(1 + MaxLinks).ToList();
        if (recorded.Count == 0) return null;
        var links = recorded.Skip(1).Select(trace => new ActivityLink(trace));
        if (!recorded[0].IsRemote) return source.StartActivity(name, ActivityKind.Internal, recorded[0], links: links);
        var span = source.StartActivity("process " + SampleQueues.Exchange, ActivityKind.Consumer, recorded[0], links: links);
        if (span is { IsAllDataRequested: true }) Describe(span, "process", "process");
        return span;
    }

    /// <summary>Puts the traces of the posts in a message into its headers.</summary>
    public static void Write(SendContext message, IEnumerable<ActivityContext> traces)
    {
        var distinct = traces.Where(trace => trace != default).DistinctBy(trace => trace.SpanId).ToList();

        // MassTransit would tell two or three spans for each message and consumer. In a trace that is not recorded it tells none.
        var unrecorded = distinct.Count > 0 ? distinct[0] : new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None);
        message.Headers.Set(DiagnosticHeaders.ActivityId, Text(unrecorded, ActivityTraceFlags.None));

        var recorded = distinct.Where(IsRecorded).Take(1 + MaxLinks).ToList();
        if (recorded.Count == 0) return;
        message.Headers.Set(Parent, Text(recorded[0], ActivityTraceFlags.Recorded));
        if (!string.IsNullOrEmpty(recorded[0].TraceState)) message.Headers.Set(State, recorded[0].TraceState);
        if (recorded.Count > 1) message.Headers.Set(Others, string.Join(',', recorded.Skip(1).Select(trace => Text(trace, ActivityTraceFlags.Recorded))));
    }

    /// <summary>The recorded traces of the posts in a message.</summary>
    public static IReadOnlyList<ActivityContext> Read(MessageContext message)
    {
        if (!ActivityContext.TryParse(message.Headers.Get<string>(Parent), message.Headers.Get<string>(State), isRemote: true, out var parent)) return [];
        if (message.Headers.Get<string>(Others) is not { } others) return [parent];
        var traces = new List<ActivityContext> { parent };
        foreach (var other in others.Split(',', 1 + MaxLinks))
        {
            if (ActivityContext.TryParse(other, null, isRemote: true, out var trace)) traces.Add(trace);
        }

        return traces;
    }

    internal static bool IsRecorded(ActivityContext trace) => (trace.TraceFlags & ActivityTraceFlags.Recorded) != 0;

    private static string Text(ActivityContext trace, ActivityTraceFlags flags) => $"00-{trace.TraceId.ToHexString()}-{trace.SpanId.ToHexString()}-{(int)flags:x2}";

    // OpenTelemetry's conventions for messaging.
    private static void Describe(Activity span, string operation, string type) => span
        .SetTag("messaging.system", "rabbitmq")
        .SetTag("messaging.operation.name", operation)
        .SetTag("messaging.operation.type", type)
        .SetTag("messaging.destination.name", SampleQueues.Exchange);
}
