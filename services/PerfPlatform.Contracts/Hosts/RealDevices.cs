namespace PerfPlatform.Contracts.Hosts;

/// <summary>
/// Which devices are real, by their names: expressions of those to leave out. What passes through a layer passes the one below it too, so only the lowest counts.
/// </summary>
public static class RealDevices
{
    // Device mapper, RAID, loops, memory, caches and replicas over other disks, ZFS volumes, and partitions: sda1, nvme0n1p1, mmcblk0p1, mmcblk0boot0.
    // Not nbd0 and rbd0: what is below them is on another machine.
    private const string UpperLayers =
        @"dm-\d+|mapper/.*|md_?d?\d+(p\d+)?|loop\d+(p\d+)?|z?ram\d+|bcache\d+(p\d+)?|drbd\d+(p\d+)?|zd\d+(p\d+)?|(s|h|v|xv)d[a-z]+\d+|(nvme\d+n\d+|mmcblk\d+|nbd\d+|rbd\d+)p\d+|mmcblk\d+(boot\d+|rpmb)|nvme\d+c\d+n\d+";

    // Loopback, ends of containers and virtual machines, bridges, tunnels, bonds and VLANs over other interfaces; "all" is Telegraf's sum over protocols.
    private const string UpperInterfaces =
        @"lo\d*|Loopback.*|veth.*|docker.*|br-.*|br\d+|virbr.*|vnet.*|vmbr.*|lxc.*|lxdbr.*|cni.*|cali.*|cilium.*|flannel.*|kube-.*|nodelocaldns|weave|ovs-system|tun\d*|tap.*|wg.*|utun.*|tailscale.*|zt.*|ifb\d+|dummy\d*|bond\d+|team\d+|vlan\d+|[^.]+\.\d+|vxlan.*|genev.*|gre.*|erspan.*|sit\d+|tunl\d+|ip6.*|all";

    // In memory, made up by the kernel, images that are always full, and layers over other filesystems.
    private const string UnrealTypes =
        "tmpfs|ramfs|devtmpfs|devfs|rootfs|overlay|aufs|squashfs|erofs|cramfs|romfs|iso9660|udf|proc|procfs|sysfs|cgroup2?|autofs|nsfs|tracefs|debugfs|configfs|securityfs|fusectl|mqueue|hugetlbfs|pstore|bpf|binfmt_misc|efivarfs|rpc_pipefs|fuse[.](lxcfs|snapfuse|portal|gvfsd-fuse|squashfuse)";

    // collectd names a filesystem by its mount point with '-' for '/' and does not tell the type.
    private const string UnrealMounts = "dev|dev-.*|run|run-.*|sys|sys-.*|proc|proc-.*|snap|snap-.*|.*-overlay2?-.*-merged";

    /// <summary>A filter that leaves the upper layers of disks out.</summary>
    public static string Disks(string label) => $"{label}!~{UpperLayers}";

    /// <summary>A filter that leaves all but physical interfaces out.</summary>
    public static string Interfaces(string label) => $"{label}!~{UpperInterfaces}";

    /// <summary>A filter that leaves all but real filesystems out, by the label of their type.</summary>
    public static string Filesystems(string label) => $"{label}!~{UnrealTypes}";

    /// <summary>The same by the name that collectd gives a filesystem.</summary>
    public static string Mounts(string label) => $"{label}!~{UnrealMounts}";
}
