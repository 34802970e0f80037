using System.Diagnostics;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// One span for the samples of a post, although they come one partition after the other and are handled between those of others:
/// from the first to the last of them.
/// </summary>
/// <param name="source">Whose spans.</param>
/// <param name="name">What is done with them, where they came through no broker.</param>
/// <param name="clock">For the end of a span.</param>
public sealed class GatheredSpans(ActivitySource source, string name, TimeProvider clock) : IDisposable
{
    // A post whose samples are still under way has all of them within this.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private const int MaxOpen = 256;

    private readonly Lock _lock = new();

    // Bounded by MaxOpen.
    private readonly Dictionary<ActivitySpanId, Activity> _open = [];

    /// <summary>Says that samples of a trace are about to be handled.</summary>
    public void Begin(ActivityContext trace)
    {
        if (!IsTold(trace)) return;
        lock (_lock)
        {
            if (_open.ContainsKey(trace.SpanId)) return;
            if (_open.Count >= MaxOpen) End(_ => true);
            var current = Activity.Current;
            if (SampleTrace.StartProcess(source, name, trace) is { } span) _open[trace.SpanId] = span;
            // It is nobody's parent: others are handled in the meantime.
            Activity.Current = current;
        }
    }

    /// <summary>Says that they were.</summary>
    public void End(ActivityContext trace)
    {
        if (!IsTold(trace)) return;
        lock (_lock)
        {
            if (_open.TryGetValue(trace.SpanId, out var span)) span.SetEndTime(clock.GetUtcNow().UtcDateTime);
        }
    }

    /// <summary>Tells the spans of posts of which nothing came for a while. Called now and then.</summary>
    public void Tell()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        lock (_lock)
        {
            if (_open.Count > 0) End(span => now - (span.StartTimeUtc + span.Duration) >= Idle);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock) End(_ => true);
    }

    // Most samples are traced by nobody: they cost no lock.
    private bool IsTold(ActivityContext trace) => source.HasListeners() && SampleTrace.IsRecorded(trace);

    private void End(Func<Activity, bool> which)
    {
        var current = Activity.Current;
        foreach (var (id, span) in _open)
        {
            if (!which(span)) continue;
            span.Dispose();
            _open.Remove(id);
        }

        Activity.Current = current;
    }
}
