using System.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Filesystems;

/// <summary>A filesystem that holds data: device, mount point and type of a line of /proc/mounts.</summary>
internal sealed record Mount(string Device, string Point, string Type)
{
    // What is not storage of this machine. Network filesystems are left out because asking a server that is gone blocks without end.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue",
        "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tmpfs", "tracefs",
        "9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs",
    };

    /// <summary>
    /// Reads lines as <c>/dev/vda / ext4 rw,relatime,discard 0 0</c>; blanks in names are written <c>\040</c>. Each device once, at its shortest mount point:
    /// bind mounts would tell the same space again. At most <paramref name="max"/>.
    /// </summary>
    public static List<Mount> Parse(ReadOnlySpan<byte> text, int max = 64)
    {
        var mounts = new List<Mount>();
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            var fields = new ByteScanner(line);
            if (!fields.TryReadWord(out var device) || !fields.TryReadWord(out var point) || !fields.TryReadWord(out var type))
                continue;
            var mount = new Mount(Unescape(device), Unescape(point), Encoding.UTF8.GetString(type));
            if (Ignored.Contains(mount.Type) || mount.Type.StartsWith("fuse.", StringComparison.Ordinal) && !mount.Device.StartsWith("/dev/", StringComparison.Ordinal))
                continue;
            var known = mounts.FindIndex(other => other.Device == mount.Device && other.Type == mount.Type && other.Type != "overlay");
            if (known >= 0 && mounts[known].Point.Length <= mount.Point.Length)
                continue;
            if (known >= 0)
                mounts[known] = mount;
            else if (mounts.Count < max)
                mounts.Add(mount);
        }

        return mounts;
    }

    private static string Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(text);
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                bytes.Add((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static bool IsOctal(byte digit) => digit is >= (byte)'0' and <= (byte)'7';
}
