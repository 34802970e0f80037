using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>One component while it is watched: definition, state, and the history of the last 30 days. Safe for several threads.</summary>
public sealed class WatchedComponent
{
    /// <summary>The most spans kept in memory, and waiting for the database: the oldest go first.</summary>
    public const int MostSpans = 1000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    // What was sent while this process was down is lost: its sender has so long to come again.
    private static readonly TimeSpan LongestWelcome = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestHeartbeatCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestOwnGrace = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly List<StatusSpan> _spans; // at most MostSpans
    private readonly DateTimeOffset _knownSince;
    private readonly DateTimeOffset _heardFrom = DateTimeOffset.MinValue;
    private ComponentDefinition _definition;
    private ComponentState _state;
    private DateTimeOffset? _lastHeartbeat;
    private DateTimeOffset? _writtenHeartbeat;
    private DateTimeOffset _writtenTo = DateTimeOffset.MinValue;
    private int _checking;

    /// <summary>Begins to watch a new component.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">How to watch it.</param>
    /// <param name="now">The time.</param>
    public WatchedComponent(string name, ComponentDefinition definition, DateTimeOffset now)
    {
        (Name, _definition, DueAt, _knownSince) = (name, definition, now, now);
        (_spans, _state) = ([], ComponentState.New(now));
    }

    /// <summary>Goes on to watch a component after a restart: with the status that it had, and since when.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">How to watch it.</param>
    /// <param name="putAt">When it was defined.</param>
    /// <param name="lastHeartbeat">When it last called in, or null.</param>
    /// <param name="history">What is known from before, by time.</param>
    /// <param name="now">The time.</param>
    public WatchedComponent(
        string name, ComponentDefinition definition, DateTimeOffset putAt, DateTimeOffset? lastHeartbeat, IEnumerable<StatusSpan> history, DateTimeOffset now)
    {
        (Name, _definition, DueAt, _knownSince, _lastHeartbeat, _writtenHeartbeat) = (name, definition, now, putAt, lastHeartbeat, lastHeartbeat);
        _spans = [.. history.TakeLast(MostSpans)];
        _state = ComponentState.New(now);
        if (_spans.Count > 0)
        {
            _state = new ComponentState(_spans[^1].Status, RunStart(_spans), null, _spans[^1].To, 0);
            _writtenTo = _spans[^1].To;
        }

        if (_state.Status != ComponentStatus.Unhealthy) _heardFrom = now + Shorter(definition.Interval, LongestWelcome);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How it is watched.</summary>
    public ComponentDefinition Definition => Volatile.Read(ref _definition);

    /// <summary>When it is to be checked next; only the schedule sets it.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Whether it is a part of PerfPlatform, which nobody can change or remove.</summary>
    public bool IsOwn { get; init; }

    /// <summary>When it last called in, and when it has to again.</summary>
    public Heartbeat Heartbeat
    {
        get
        {
            lock (_lock)
            {
                var last = _lastHeartbeat ?? _knownSince;
                return new Heartbeat(last, Later(last + Definition.Interval, _heardFrom) + Grace);
            }
        }
    }

    /// <summary>When it last called in, or null.</summary>
    public DateTimeOffset? LastHeartbeat
    {
        get
        {
            lock (_lock) return _lastHeartbeat;
        }
    }

    /// <summary>Its status.</summary>
    public ComponentStatus Status
    {
        get
        {
            lock (_lock) return _state.Status;
        }
    }

    // Whether a heartbeat is late costs nothing to look at.
    private TimeSpan CheckInterval => Definition.Probe.Kind == ProbeKind.Heartbeat ? Shorter(Definition.Interval, LongestHeartbeatCheck) : Definition.Interval;

    // Checks farther apart than this do not vouch for the time between.
    private TimeSpan Gap => (3 * CheckInterval) + Definition.Timeout;

    private TimeSpan Grace => Definition.Grace ?? Longer(Shorter(Definition.Interval / 10, LongestOwnGrace), Definition.Timeout);

    /// <summary>Its history, by time.</summary>
    public IReadOnlyList<StatusSpan> Spans
    {
        get
        {
            lock (_lock) return [.. _spans];
        }
    }

    /// <summary>Takes the right to check; false while another check runs.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _checking, 1, 0) == 0;

    /// <summary>Gives the right back.</summary>
    public void End() => Volatile.Write(ref _checking, 0);

    /// <summary>When the next check is due; <paramref name="spread"/> keeps those of many components apart.</summary>
    public DateTimeOffset NextCheck(DateTimeOffset now, double spread)
    {
        var next = now + (CheckInterval * spread);
        if (Definition.Probe.Kind != ProbeKind.Heartbeat) return next;
        var missed = Heartbeat.Deadline + TimeSpan.FromMilliseconds(1);
        return missed > now && missed < next ? missed : next;
    }

    /// <summary>Whether a definition asks the same question, so that what is known answers it.</summary>
    public bool IsSameProbe(Probe probe)
    {
        var mine = Definition.Probe;
        return mine with { Match = null } == probe with { Match = null } && (mine.Match ?? []).SequenceEqual(probe.Match ?? []);
    }

    /// <summary>Takes a definition with the same probe.</summary>
    public void Redefine(ComponentDefinition definition, DateTimeOffset now)
    {
        lock (_lock) Volatile.Write(ref _definition, definition);
        DueAt = now;
    }

    /// <summary>Takes what was known before it was watched.</summary>
    public void Prepend(IReadOnlyList<StatusSpan> history)
    {
        lock (_lock)
        {
            var first = _spans.Count > 0 ? _spans[0].From : DateTimeOffset.MaxValue;
            _spans.InsertRange(0, history.Where(h => h.To <= first).TakeLast(MostSpans - _spans.Count));
        }
    }

    /// <summary>Takes a heartbeat.</summary>
    public void Beat(DateTimeOffset now)
    {
        lock (_lock) _lastHeartbeat = now;
    }

    /// <summary>The last heartbeat, if it has not been written.</summary>
    public DateTimeOffset? UnwrittenHeartbeat()
    {
        lock (_lock) return _lastHeartbeat == _writtenHeartbeat ? null : _lastHeartbeat;
    }

    /// <summary>A heartbeat was written.</summary>
    public void WrittenHeartbeat(DateTimeOffset at)
    {
        lock (_lock) _writtenHeartbeat = at;
    }

    /// <summary>Takes the result of a check; returns the status before and after.</summary>
    public (ComponentStatus Before, ComponentStatus After) Take(ProbeResult result, DateTimeOffset now)
    {
        lock (_lock)
        {
            var before = _state.Status;
            _state = _state.After(result, now);
            var connected = _spans.Count > 0 && now - _spans[^1].To <= Gap;
            if (connected) _spans[^1] = _spans[^1] with { To = now };
            if (!connected || _spans[^1].Status != _state.Status) _spans.Add(new StatusSpan(_state.Status, now, now));
            while (_spans.Count > MostSpans || (_spans.Count > 1 && _spans[0].To < now - Month)) _spans.RemoveAt(0);
            return (before, _state.Status);
        }
    }

    /// <summary>The spans that changed since they were last written.</summary>
    public IReadOnlyList<StatusSpan> Unwritten()
    {
        lock (_lock) return _spans.FindAll(s => s.To > _writtenTo || (s.From == s.To && s.To >= _writtenTo));
    }

    /// <summary>They were written up to a time.</summary>
    public void Written(DateTimeOffset to)
    {
        lock (_lock) _writtenTo = to;
    }

    /// <summary>What the API shows.</summary>
    public Component ToComponent(string? rootCause, DateTimeOffset now)
    {
        lock (_lock)
        {
            return new Component
            {
                Name = Name,
                Status = _state.Status,
                Since = _state.Since,
                LatencyMs = _state.Last?.Latency?.TotalMilliseconds,
                LastChecked = _state.LastChecked,
                LastHeartbeat = Definition.Probe.Kind == ProbeKind.Heartbeat ? _lastHeartbeat : null,
                LastError = _state.Status == ComponentStatus.Healthy && _state.Last?.Status == ComponentStatus.Healthy ? null : _state.Last?.Error,
                Uptime24h = Uptime.Of(_spans, now - Day, now),
                Uptime30d = Uptime.Of(_spans, now - Month, now),
                DependsOn = Definition.DependsOn,
                RootCause = rootCause,
                Probe = Definition.Probe,
            };
        }
    }

    // Pauses between spans of one status do not end it: nothing else was seen.
    private static DateTimeOffset RunStart(List<StatusSpan> spans)
    {
        var at = spans.Count - 1;
        while (at > 0 && spans[at - 1].Status == spans[at].Status) at--;
        return spans[at].From;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
