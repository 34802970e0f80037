using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Filesystems;

/// <summary>A filesystem that is told, and its space as last read.</summary>
internal sealed class Filesystem : IDisposable
{
    private readonly DriveInfo _drive;
    private readonly PatientReader? _reader;

    public Filesystem(Mount mount)
    {
        Mount = mount;
        _drive = new DriveInfo(mount.Point);
        _reader = mount.MayBlock ? new PatientReader(() => Space.Read(_drive)) : null;
        Attributes = PointAttributes.Of(("system.device", mount.Device), ("system.filesystem.mountpoint", mount.Point), ("system.filesystem.type", mount.Type));
        (UsedState, FreeState, ReservedState) = (With(mount, "used"), With(mount, "free"), With(mount, "reserved"));
    }

    public Mount Mount { get; }

    public PointAttributes Attributes { get; }

    public PointAttributes UsedState { get; }

    public PointAttributes FreeState { get; }

    public PointAttributes ReservedState { get; }

    public Space Space { get; private set; } = Space.Unknown;

    public void Read() => Space = _reader is null ? Space.Read(_drive) : _reader.Next() ?? Space.Unknown;

    public void Dispose() => _reader?.Dispose();

    private static PointAttributes With(Mount mount, string state) => PointAttributes.Of(
        ("system.device", mount.Device), ("system.filesystem.mountpoint", mount.Point), ("system.filesystem.state", state), ("system.filesystem.type", mount.Type));
}
