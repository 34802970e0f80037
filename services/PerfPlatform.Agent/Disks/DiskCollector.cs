using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Disks;

/// <summary>
/// Disk traffic, time and use of the lowest layer, so that the sum over the devices is what the machine did: partitions, and what stands on other devices (LVM, RAID, encryption,
/// volumes of ZFS), would count the same bytes again; loop, ram and zram devices are no disks, and a disk that never did anything is left out.
/// </summary>
internal sealed class DiskCollector(TimeProvider clock, DateTimeOffset boot, string root = "/proc", string sys = "/sys") : ICollector, IDisposable
{
    private const int MostDisks = 256;
    private static readonly MetricHead Io = MetricHead.Counter("system.disk.io", "By");
    private static readonly MetricHead Operations = MetricHead.Counter("system.disk.operations", "{operation}");
    private static readonly MetricHead Merged = MetricHead.Counter("system.disk.merged", "{operation}");
    private static readonly MetricHead OperationTime = MetricHead.Counter("system.disk.operation_time", "s");
    private static readonly MetricHead IoTime = MetricHead.Counter("system.disk.io_time", "s");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.disk.utilization", "1");
    private static readonly MetricHead QueueDepth = MetricHead.Gauge("system.disk.queue_depth", "{operation}");
    private readonly KernelFile _file = new(Path.Combine(root, "diskstats"));
    // Of what is looked at more is kept than is told: a machine with containers has hundreds of devices on a few disks.
    private readonly NamedSeries<Disk> _devices = new(name => new Disk(name, sys), max: 4096);
    // Bounded by MostDisks.
    private readonly List<Disk> _disks = [];
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
        _devices.BeginRound();
        _disks.Clear();
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (!DiskCounters.TryParse(line, out var name, out var counters) || counters.Reads + counters.Writes == 0 || IsLeftOut(name))
                continue;
            if (_devices.See(name) is not { IsLowest: true } disk || _disks.Count == MostDisks)
                continue;
            disk.Take(counters, _elapsed);
            _disks.Add(disk);
        }

        _devices.EndRound();
    }

    // Volumes of ZFS stand on disks without saying so.
    private static bool IsLeftOut(ReadOnlySpan<byte> name) =>
        name.StartsWith("loop"u8) || name.StartsWith("ram"u8) || name.StartsWith("zram"u8) || name.StartsWith("zd"u8);

    private void Write(MetricWriter writer, MetricHead head, Func<Disk, ulong> read, Func<Disk, ulong> write)
    {
        writer.Begin(head, boot);
        foreach (var disk in _disks)
        {
            writer.Point(disk.Read, read(disk));
            writer.Point(disk.Write, write(disk));
        }

        writer.End();
    }

    private void WriteTime(MetricWriter writer)
    {
        writer.Begin(OperationTime, boot);
        foreach (var disk in _disks)
        {
            writer.Point(disk.Read, disk.Now.ReadMilliseconds / 1e3);
            writer.Point(disk.Write, disk.Now.WriteMilliseconds / 1e3);
        }

        writer.End();
        writer.Begin(IoTime, boot);
        foreach (var disk in _disks)
            writer.Point(disk.Device, disk.Now.BusyMilliseconds / 1e3);

        writer.End();
    }

    private void WriteActivity(MetricWriter writer)
    {
        writer.Begin(Utilization);
        foreach (var disk in _disks)
        {
            if (disk.Activity is { } activity)
                writer.Point(disk.Device, activity.Utilization);
        }

        writer.End();
        writer.Begin(QueueDepth);
        foreach (var disk in _disks)
        {
            if (disk.Activity is { } activity)
                writer.Point(disk.Device, activity.QueueDepth);
        }

        writer.End();
    }

    private sealed class Disk(string name, string sys)
    {
        private readonly SteadyCounters _steady = new(DiskCounters.Count);
        private DiskCounters _before;

        public DiskCounters Now;

        // A partition has the file "partition" in its folder of /sys/class/block, and what stands on other devices has them in "slaves".
        // In /sys a slash of a name ("cciss/c0d0") is an exclamation mark.
        public bool IsLowest { get; } = IsLowestOf(Path.Combine(sys, "class/block", name.Replace('/', '!')));

        public PointAttributes Device { get; } = PointAttributes.Of("system.device", name);

        public PointAttributes Read { get; } = PointAttributes.Of(("system.device", name), ("disk.io.direction", "read"));

        public PointAttributes Write { get; } = PointAttributes.Of(("system.device", name), ("disk.io.direction", "write"));

        /// <summary>Null for the first reading, and for an interval of which nothing can be said.</summary>
        public DiskActivity? Activity { get; private set; }

        public void Take(in DiskCounters counters, TimeSpan elapsed)
        {
            var hasBefore = _steady.IsKnown;
            (_before, Now) = (Now, counters);
            var isPossible = _steady.Take(Now.All, SteadyCounters.Most(elapsed));
            // Fewer operations than before: another device of the name, or the same one come back.
            var isSame = Now.Reads >= _before.Reads && Now.Writes >= _before.Writes;
            Activity = hasBefore && isPossible && isSame ? DiskActivity.Between(_before, Now, elapsed) : null;
        }

        private static bool IsLowestOf(string folder)
        {
            var below = new DirectoryInfo(Path.Combine(folder, "slaves"));
            return !File.Exists(Path.Combine(folder, "partition")) && (!below.Exists || !below.EnumerateFileSystemInfos().Any());
        }
    }
}
