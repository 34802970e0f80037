using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Filesystems;

/// <summary>
/// Space of the filesystems that hold data. Used and free are as df tells them: reserved is what only the superuser may still write,
/// and utilisation is used by (used + free). The mount table is read again every <see cref="MountsEvery"/> collections.
/// </summary>
internal sealed class FilesystemCollector(string root = "/proc") : ICollector, IDisposable
{
    private const int MountsEvery = 30;
    private static readonly MetricHead Usage = MetricHead.UpDown("system.filesystem.usage", "By");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.filesystem.utilization", "1");
    private static readonly MetricHead Limit = MetricHead.UpDown("system.filesystem.limit", "By");
    private readonly KernelFile _mounts = new(Path.Combine(root, "self/mounts"));
    // Bounded by Mount.Parse.
    private List<Filesystem> _filesystems = [];
    private int _round;

    public string Name => "filesystem";

    /// <summary>Where there is no /proc the drives come from the BCL.</summary>
    public bool IsSupported => true;

    public void Collect(MetricWriter writer)
    {
        if (_round++ % MountsEvery == 0)
            _filesystems = [.. Mounts().Select(mount => new Filesystem(mount))];
        foreach (var filesystem in _filesystems)
            filesystem.Read();
        writer.Begin(Usage);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Total > 0))
        {
            writer.Point(filesystem.UsedState, filesystem.Used);
            writer.Point(filesystem.FreeState, filesystem.Available);
            writer.Point(filesystem.ReservedState, filesystem.Total - filesystem.Used - filesystem.Available);
        }

        writer.End();
        writer.Begin(Utilization);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Used + filesystem.Available > 0))
            writer.Point(filesystem.Attributes, (double)filesystem.Used / (filesystem.Used + filesystem.Available));
        writer.End();
        writer.Begin(Limit);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Total > 0))
            writer.Point(filesystem.Attributes, filesystem.Total);
        writer.End();
    }

    public void Dispose() => _mounts.Dispose();

    private List<Mount> Mounts() => _mounts.Exists
        ? Mount.Parse(_mounts.Read())
        : [.. DriveInfo.GetDrives().Where(drive => drive.IsReady && drive.DriveType == DriveType.Fixed).Take(64).Select(drive => new Mount(drive.Name, drive.Name, drive.DriveFormat))];

    private sealed class Filesystem
    {
        private readonly DriveInfo _drive;

        public Filesystem(Mount mount)
        {
            _drive = new DriveInfo(mount.Point);
            Attributes = PointAttributes.Of(("system.device", mount.Device), ("system.filesystem.mountpoint", mount.Point), ("system.filesystem.type", mount.Type));
            (UsedState, FreeState, ReservedState) = (With(mount, "used"), With(mount, "free"), With(mount, "reserved"));
        }

        public PointAttributes Attributes { get; }

        public PointAttributes UsedState { get; }

        public PointAttributes FreeState { get; }

        public PointAttributes ReservedState { get; }

        public ulong Total { get; private set; }

        public ulong Used { get; private set; }

        public ulong Available { get; private set; }

        public void Read()
        {
            try
            {
                Total = (ulong)_drive.TotalSize;
                Used = Total - Math.Min(Total, (ulong)_drive.TotalFreeSpace);
                Available = Math.Min((ulong)_drive.AvailableFreeSpace, Total - Used);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Unmounted since the table was read, or not for this user: not told until it is there again.
                (Total, Used, Available) = (0, 0, 0);
            }
        }

        private static PointAttributes With(Mount mount, string state) => PointAttributes.Of(
            ("system.device", mount.Device), ("system.filesystem.mountpoint", mount.Point), ("system.filesystem.state", state), ("system.filesystem.type", mount.Type));
    }
}
