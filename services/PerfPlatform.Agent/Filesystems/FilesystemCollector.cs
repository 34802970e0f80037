using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Filesystems;

/// <summary>
/// Space of the filesystems that hold data. Used and free are as df tells them: reserved is what only the superuser may still write,
/// and utilisation is used by (used + free). The mount table is read again every <see cref="MountsEvery"/> collections.
/// </summary>
/// <param name="more">Types that are told besides local storage.</param>
/// <param name="root">Where the kernel's files are.</param>
internal sealed class FilesystemCollector(IReadOnlySet<string>? more = null, string root = "/proc") : ICollector, IDisposable
{
    private const int MountsEvery = 30;
    private static readonly MetricHead Usage = MetricHead.UpDown("system.filesystem.usage", "By");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.filesystem.utilization", "1");
    private static readonly MetricHead Limit = MetricHead.UpDown("system.filesystem.limit", "By");
    private readonly KernelFile _mounts = new(Path.Combine(root, "self/mounts"));
    private readonly IReadOnlySet<string> _more = more ?? new HashSet<string>();
    // Bounded by Mount.Parse.
    private List<Filesystem> _filesystems = [];
    private int _round;

    public string Name => "filesystem";

    /// <summary>Where there is no /proc the drives come from the BCL.</summary>
    public bool IsSupported => true;

    public void Collect(MetricWriter writer)
    {
        if (_round++ % MountsEvery == 0)
            Refresh();
        foreach (var filesystem in _filesystems)
            filesystem.Read();
        writer.Begin(Usage);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Space.Total > 0))
        {
            writer.Point(filesystem.UsedState, filesystem.Space.Used);
            writer.Point(filesystem.FreeState, filesystem.Space.Available);
            writer.Point(filesystem.ReservedState, filesystem.Space.Total - filesystem.Space.Used - filesystem.Space.Available);
        }

        writer.End();
        writer.Begin(Utilization);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Space.Used + filesystem.Space.Available > 0))
            writer.Point(filesystem.Attributes, (double)filesystem.Space.Used / (filesystem.Space.Used + filesystem.Space.Available));
        writer.End();
        writer.Begin(Limit);
        foreach (var filesystem in _filesystems.Where(static filesystem => filesystem.Space.Total > 0))
            writer.Point(filesystem.Attributes, filesystem.Space.Total);
        writer.End();
    }

    public void Dispose()
    {
        _mounts.Dispose();
        _filesystems.ForEach(static filesystem => filesystem.Dispose());
    }

    // What is still mounted is kept: one that does not answer would get one more thread each time.
    private void Refresh()
    {
        var gone = _filesystems.ToDictionary(filesystem => filesystem.Mount);
        _filesystems = [.. Mounts().Select(mount => gone.Remove(mount, out var known) ? known : new Filesystem(mount))];
        foreach (var filesystem in gone.Values)
            filesystem.Dispose();
    }

    private List<Mount> Mounts() => _mounts.Exists
        ? Mount.Parse(_mounts.Read(), File.Exists, _more)
        : [.. DriveInfo.GetDrives().Where(drive => drive.DriveType == DriveType.Fixed && drive.IsReady).Take(64).Select(drive => new Mount(drive.Name, drive.Name, drive.DriveFormat))];
}
