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
    private readonly Lock _lock = new();
    private readonly List<StatusSpan> _spans; // at most MostSpans
    private ComponentState _state;
    private DateTimeOffset _lastHeartbeat;
    private DateTimeOffset _writtenTo = DateTimeOffset.MinValue;
    private int _checking;

    /// <summary>Begins to watch.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">How to watch it.</param>
    /// <param name="history">What is known from before, by time.</param>
    /// <param name="now">The time.</param>
    public WatchedComponent(string name, ComponentDefinition definition, IEnumerable<StatusSpan> history, DateTimeOffset now)
    {
        (Name, Definition, DueAt, _lastHeartbeat) = (name, definition, now, now);
        _spans = [.. history.TakeLast(MostSpans)];
        _state = _spans.Count > 0 && now - _spans[^1].To <= Gap
            ? new ComponentState(_spans[^1].Status, _spans[^1].From, null, _spans[^1].To, 0)
            : ComponentState.New(now);
        if (_spans.Count > 0) _writtenTo = _spans[^1].To;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How it is watched.</summary>
    public ComponentDefinition Definition { get; }

    /// <summary>When it is to be checked next; only the schedule sets it.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Whether it is a part of PerfPlatform, which nobody can change or remove.</summary>
    public bool IsOwn { get; init; }

    /// <summary>When it last called in.</summary>
    public DateTimeOffset LastHeartbeat
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

    // Checks farther apart than this do not vouch for the time between.
    private TimeSpan Gap => (3 * Definition.Interval) + Definition.Timeout;

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
                LastError = _state.Status == ComponentStatus.Healthy && _state.Last?.Status == ComponentStatus.Healthy ? null : _state.Last?.Error,
                Uptime24h = Uptime.Of(_spans, now - Day, now),
                Uptime30d = Uptime.Of(_spans, now - Month, now),
                DependsOn = Definition.DependsOn,
                RootCause = rootCause,
                Probe = Definition.Probe,
            };
        }
    }
}
