using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Hosts;

/// <summary>Computes how all hosts do, once for all who ask within two seconds.</summary>
internal sealed class HostStates(IMetricQueries queries, TimeProvider clock) : IHosts, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    // Senders' clocks may be ahead.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    // The agent sends each second. Others send every ten seconds to every minute and more seldom, and need two samples for a rate.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private static readonly HostSignal[] Signals =
    [
        HostSignal.Cpu, HostSignal.Load, HostSignal.Memory, HostSignal.Swap, HostSignal.DiskRead, HostSignal.DiskWritten, HostSignal.Received, HostSignal.Sent, HostSignal.Uptime,
    ];

    private readonly HostFinder _finder = new(queries);
    private readonly HostIntervals _intervals = new(queries, clock);
    private readonly HostSignalReader _reader = new(queries);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<HostState> _states = [];
    private long? _computedAt;

    /// <inheritdoc />
    public async Task<IReadOnlyList<HostState>> ListAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_computedAt is { } at && clock.GetElapsedTime(at) < Fresh) return _states;
            _states = await ComputeAsync(cancellationToken);
            _computedAt = clock.GetTimestamp();
            return _states;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyList<HostState>> ComputeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var hosts = await _finder.ListAsync(cancellationToken);
        await _intervals.LearnAsync(hosts, cancellationToken);
        var readings = hosts.ToDictionary(h => h.Name, _ => new Dictionary<HostSignal, double>());
        foreach (var signal in Signals) await ReadAsync(signal, Quick, now, readings, cancellationToken);
        await ReadAsync(HostSignal.Filesystem, Slow, now, readings, cancellationToken);
        if (hosts.Any(h => h.LastSeen > now - Slow && !readings[h.Name].ContainsKey(HostSignal.Cpu)))
        {
            foreach (var signal in Signals) await ReadAsync(signal, Slow, now, readings, cancellationToken);
        }

        return [.. hosts.Select(h => State(h, now, readings[h.Name]))];
    }

    private HostState State(KnownHost host, DateTimeOffset now, IReadOnlyDictionary<HostSignal, double> readings)
    {
        var after = HostSilence.After(_intervals.Of(host));
        return new HostState(host.Name, host.Collector.Name, host.LastSeen, after, !(now - host.LastSeen < after), readings);
    }

    private async Task ReadAsync(
        HostSignal signal, TimeSpan back, DateTimeOffset now, Dictionary<string, Dictionary<HostSignal, double>> readings, CancellationToken cancellationToken)
    {
        var answer = await _reader.ReadAsync(new HostQuestion { Signal = signal, From = now - back, To = now + Ahead, Step = Step }, cancellationToken);
        foreach (var line in answer.Lines)
        {
            // A host without a mark has only odd bits of what hosts send.
            if (readings.TryGetValue(line.Host, out var known)) known.TryAdd(signal, Array.FindLast(line.Values, double.IsFinite));
        }
    }
}
