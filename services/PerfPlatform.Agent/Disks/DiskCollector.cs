using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Disks;

/// <summary>Disk traffic, time and use of whole disks: partitions would count the same bytes again, loop and ram devices are not disks, and a disk that never did anything is left out.</summary>
internal sealed class DiskCollector(TimeProvider clock, DateTimeOffset boot, string root = "/proc", string sys = "/sys") : ICollector, IDisposable
{
    private static readonly MetricHead Io = MetricHead.Counter("system.disk.io", "By");
    private static readonly MetricHead Operations = MetricHead.Counter("system.disk.operations", "{operation}");
    private static readonly MetricHead Merged = MetricHead.Counter("system.disk.merged", "{operation}");
    private static readonly MetricHead OperationTime = MetricHead.Counter("system.disk.operation_time", "s");
    private static readonly MetricHead IoTime = MetricHead.Counter("system.disk.io_time", "s");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.disk.utilization", "1");
    private static readonly MetricHead QueueDepth = MetricHead.Gauge("system.disk.queue_depth", "{operation}");
    private readonly KernelFile _file = new(Path.Combine(root, "diskstats"));
    private readonly NamedSeries<Disk> _disks = new(name => new Disk(name, sys));
    private long _readAt;
    private TimeSpan _elapsed;

    public string Name => "disk";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        var now = clock.GetTimestamp();
        _elapsed = _readAt == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_readAt, now);
        _readAt = now;
        Read(_file.Read());
        Write(writer, Io, static disk => disk.Now.BytesRead, static disk => disk.Now.BytesWritten);
        Write(writer, Operations, static disk => disk.Now.Reads, static disk => disk.Now.Writes);
        Write(writer, Merged, static disk => disk.Now.ReadsMerged, static disk => disk.Now.WritesMerged);
        WriteTime(writer);
        WriteActivity(writer);
    }

    public void Dispose() => _file.Dispose();

    private void Read(ReadOnlySpan<byte> text)
    {
        _disks.BeginRound();
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (!DiskCounters.TryParse(line, out var name, out var counters) || name.StartsWith("loop"u8) || name.StartsWith("ram"u8))
                continue;
            if (counters.Reads + counters.Writes > 0)
                _disks.See(name)?.Take(counters);
        }

        _disks.EndRound();
    }

    private void Write(MetricWriter writer, MetricHead head, Func<Disk, ulong> read, Func<Disk, ulong> write)
    {
        writer.Begin(head, boot);
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i] is not { IsWhole: true } disk)
                continue;
            writer.Point(disk.Read, read(disk));
            writer.Point(disk.Write, write(disk));
        }

        writer.End();
    }

    private void WriteTime(MetricWriter writer)
    {
        writer.Begin(OperationTime, boot);
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i] is not { IsWhole: true } disk)
                continue;
            writer.Point(disk.Read, disk.Now.ReadMilliseconds / 1e3);
            writer.Point(disk.Write, disk.Now.WriteMilliseconds / 1e3);
        }

        writer.End();
        writer.Begin(IoTime, boot);
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i] is { IsWhole: true } disk)
                writer.Point(disk.Device, disk.Now.BusyMilliseconds / 1e3);
        }

        writer.End();
    }

    private void WriteActivity(MetricWriter writer)
    {
        writer.Begin(Utilization);
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i] is { IsWhole: true, HasBefore: true } disk)
                writer.Point(disk.Device, disk.Activity(_elapsed).Utilization);
        }

        writer.End();
        writer.Begin(QueueDepth);
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i] is { IsWhole: true, HasBefore: true } disk)
                writer.Point(disk.Device, disk.Activity(_elapsed).QueueDepth);
        }

        writer.End();
    }

    private sealed class Disk(string name, string sys)
    {
        private DiskCounters _before;
        private bool _hasNow;

        public DiskCounters Now;

        // A partition has the file "partition" in its folder of /sys/class/block. In /sys a slash of a name ("cciss/c0d0") is an exclamation mark.
        public bool IsWhole { get; } = !File.Exists(Path.Combine(sys, "class/block", name.Replace('/', '!'), "partition"));

        public PointAttributes Device { get; } = PointAttributes.Of("system.device", name);

        public PointAttributes Read { get; } = PointAttributes.Of(("system.device", name), ("disk.io.direction", "read"));

        public PointAttributes Write { get; } = PointAttributes.Of(("system.device", name), ("disk.io.direction", "write"));

        public bool HasBefore { get; private set; }

        public void Take(in DiskCounters counters)
        {
            (_before, HasBefore) = (Now, _hasNow);
            (Now, _hasNow) = (counters, true);
        }

        public DiskActivity Activity(TimeSpan elapsed) => DiskActivity.Between(_before, Now, elapsed);
    }
}
