using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Sockets;

/// <summary>
/// TCP traffic, and connections by state. For /proc/net/tcp the kernel walks its whole hash table, 7 ms with the size of a server, and takes
/// about a microsecond for each row: so it is read every ten seconds, or more seldom where it takes longer, and where there are many
/// connections only the states are told that the kernel counts anyway: established and time_wait.
/// </summary>
internal sealed class SocketCollector(TimeProvider clock, DateTimeOffset boot, string root = "/proc") : ICollector, IDisposable
{
    /// <summary>Rows up to which the tables are read.</summary>
    public const ulong MaxRows = 1000;

    private static readonly MetricHead Connections = MetricHead.UpDown("system.network.connection.count", "{connection}");
    private static readonly MetricHead Sent = MetricHead.Counter("system.network.tcp.segments", "{segment}");
    private static readonly MetricHead Retransmitted = MetricHead.Counter("system.network.tcp.retransmissions", "{segment}");
    private static readonly (TcpState State, PointAttributes Attributes)[] States =
    [
        Of(TcpState.Established, "established"), Of(TcpState.SynSent, "syn_sent"), Of(TcpState.SynRecv, "syn_received"), Of(TcpState.FinWait1, "fin_wait_1"),
        Of(TcpState.FinWait2, "fin_wait_2"), Of(TcpState.TimeWait, "time_wait"), Of(TcpState.CloseWait, "close_wait"), Of(TcpState.LastAck, "last_ack"),
        Of(TcpState.Listen, "listen"), Of(TcpState.Closing, "closing"),
    ];

    private readonly KernelFile _snmp = new(Path.Combine(root, "net/snmp"));
    private readonly KernelFile _sockstat = new(Path.Combine(root, "net/sockstat"));
    private readonly KernelFile _sockstat6 = new(Path.Combine(root, "net/sockstat6"));
    private readonly KernelFile _tcp = new(Path.Combine(root, "net/tcp"));
    private readonly KernelFile _tcp6 = new(Path.Combine(root, "net/tcp6"));
    private readonly ScanBudget _budget = new(clock, TimeSpan.FromSeconds(10), costFactor: 1000);
    private readonly ulong[] _counts = new ulong[TcpTable.States];
    private readonly bool _hasSixth = File.Exists(Path.Combine(root, "net/sockstat6")) && File.Exists(Path.Combine(root, "net/tcp6"));

    public string Name => "sockets";

    public bool IsSupported => _snmp.Exists && _sockstat.Exists && _tcp.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!TcpCounters.TryParse(_snmp.Read(), out var counters))
            return;
        writer.Single(Sent, counters.SegmentsSent, boot);
        writer.Single(Retransmitted, counters.SegmentsRetransmitted, boot);
        if (!_budget.TryBegin(out _))
            return;
        WriteConnections(writer, counters);
        _budget.End();
    }

    public void Dispose()
    {
        foreach (var file in (ReadOnlySpan<KernelFile>)[_snmp, _sockstat, _sockstat6, _tcp, _tcp6])
            file.Dispose();
    }

    private void WriteConnections(MetricWriter writer, in TcpCounters counters)
    {
        if (!SockStat.TryParse(_sockstat.Read(), out var sockets))
            return;
        SockStat sockets6 = default;
        if (_hasSixth && !SockStat.TryParse(_sockstat6.Read(), out sockets6))
            return;
        writer.Begin(Connections);
        if (sockets.InUse + sockets6.InUse + sockets.TimeWait <= MaxRows)
            WriteAll(writer);
        else
            WriteCounted(writer, counters, sockets);
        writer.End();
    }

    private void WriteAll(MetricWriter writer)
    {
        Array.Clear(_counts);
        TcpTable.Count(_tcp.Read(), _counts);
        if (_hasSixth)
            TcpTable.Count(_tcp6.Read(), _counts);
        foreach (var (state, attributes) in States)
            writer.Point(attributes, _counts[(int)state]);
    }

    private static void WriteCounted(MetricWriter writer, in TcpCounters counters, SockStat sockets)
    {
        foreach (var (state, attributes) in States)
        {
            if (state == TcpState.Established)
                writer.Point(attributes, counters.Established);
            else if (state == TcpState.TimeWait)
                writer.Point(attributes, sockets.TimeWait);
        }
    }

    private static (TcpState, PointAttributes) Of(TcpState state, string name) =>
        (state, PointAttributes.Of(("network.connection.state", name), ("network.transport", "tcp")));
}
