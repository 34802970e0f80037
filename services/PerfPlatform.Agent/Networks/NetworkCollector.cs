using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Networks;

/// <summary>
/// Traffic of the network interfaces of the agent's network namespace. Left out: lo, which is no network; veth and tap ends of
/// containers and virtual machines, whose bytes the bridge or card counts already; interfaces that never carried a packet.
/// </summary>
internal sealed class NetworkCollector(TimeProvider clock, DateTimeOffset boot, string root = "/proc") : ICollector, IDisposable
{
    private static readonly MetricHead Io = MetricHead.Counter("system.network.io", "By");
    private static readonly MetricHead Packets = MetricHead.Counter("system.network.packets", "{packet}");
    private static readonly MetricHead Errors = MetricHead.Counter("system.network.errors", "{error}");
    private static readonly MetricHead Dropped = MetricHead.Counter("system.network.dropped", "{packet}");
    private readonly KernelFile _file = new(Path.Combine(root, "net/dev"));
    private readonly NamedSeries<Interface> _interfaces = new(name => new Interface(name));
    private long _readAt;

    public string Name => "network";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        Read(_file.Read());
        Write(writer, Io, static card => card.Now.BytesReceived, static card => card.Now.BytesSent);
        Write(writer, Packets, static card => card.Now.PacketsReceived, static card => card.Now.PacketsSent);
        Write(writer, Errors, static card => card.Now.ErrorsReceived, static card => card.Now.ErrorsSent);
        Write(writer, Dropped, static card => card.Now.DroppedReceived, static card => card.Now.DroppedSent);
    }

    public void Dispose() => _file.Dispose();

    private void Read(ReadOnlySpan<byte> text)
    {
        var now = clock.GetTimestamp();
        var most = SteadyCounters.Most(clock.GetElapsedTime(_readAt, now));
        _readAt = now;
        _interfaces.BeginRound();
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (!InterfaceCounters.TryParse(line, out var name, out var counters) || IsLeftOut(name))
                continue;
            if (counters.PacketsReceived + counters.PacketsSent > 0 && _interfaces.See(name) is { } card)
                card.Take(counters, most);
        }

        _interfaces.EndRound();
    }

    private static bool IsLeftOut(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("lo"u8) || name.StartsWith("veth"u8) || name.StartsWith("tap"u8) || name.StartsWith("cali"u8);

    private void Write(MetricWriter writer, MetricHead head, Func<Interface, ulong> received, Func<Interface, ulong> sent)
    {
        writer.Begin(head, boot);
        for (var i = 0; i < _interfaces.Count; i++)
        {
            writer.Point(_interfaces[i].Receive, received(_interfaces[i]));
            writer.Point(_interfaces[i].Transmit, sent(_interfaces[i]));
        }

        writer.End();
    }

    private sealed class Interface(string name)
    {
        private readonly SteadyCounters _steady = new(InterfaceCounters.Count);

        public InterfaceCounters Now;

        public PointAttributes Receive { get; } = PointAttributes.Of(("network.interface.name", name), ("network.io.direction", "receive"));

        public PointAttributes Transmit { get; } = PointAttributes.Of(("network.interface.name", name), ("network.io.direction", "transmit"));

        public void Take(in InterfaceCounters counters, ulong most)
        {
            Now = counters;
            _steady.Take(Now.All, most);
        }
    }
}
