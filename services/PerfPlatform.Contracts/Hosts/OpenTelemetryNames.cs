namespace PerfPlatform.Contracts.Hosts;

/// <summary>What the attributes of <c>system.*</c> metrics are called: the semantic conventions and the Collector's hostmetrics receiver differ.</summary>
internal sealed record OpenTelemetryNames(
    string CpuMode, string MemoryState, string PagingState, string Mountpoint, string FilesystemState, string FilesystemType, string Disk, string DiskDirection,
    string Interface, string NetworkDirection)
{
    /// <summary>The semantic conventions, which our agent keeps.</summary>
    public static OpenTelemetryNames Conventions { get; } = new(
        "cpu.mode", "system.memory.state", "system.paging.state", "system.filesystem.mountpoint", "system.filesystem.state", "system.filesystem.type", "system.device",
        "disk.io.direction", "network.interface.name", "network.io.direction");

    /// <summary>The hostmetrics receiver.</summary>
    public static OpenTelemetryNames HostMetrics { get; } = new("state", "state", "state", "mountpoint", "state", "type", "device", "direction", "device", "direction");
}
