using System.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Filesystems;

/// <summary>A filesystem that holds data: device, mount point and type of a line of /proc/mounts.</summary>
internal sealed record Mount(string Device, string Point, string Type)
{
    // Always full, whatever happens.
    private static readonly HashSet<string> Images = new(StringComparer.Ordinal) { "cramfs", "erofs", "iso9660", "romfs", "squashfs" };

    // Shared by machines, on a device that looks local.
    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal) { "gfs", "gfs2", "gpfs", "lustre", "ocfs2", "vxfs" };

    // Local storage whose device is not a file of /dev.
    private static readonly HashSet<string> WithoutDevice = new(StringComparer.Ordinal) { "bcachefs", "btrfs", "ubifs", "zfs" };

    /// <summary>Whether to ask for its space may wait for another machine or for another process, for ever.</summary>
    public bool MayBlock { get; init; }

    /// <summary>
    /// Reads lines as <c>/dev/vda / ext4 rw,relatime,discard 0 0</c>; blanks in names are written <c>\040</c>. Told is local storage, each device once, at its shortest mount point:
    /// bind mounts would tell the same space again. Of two mounts at one point the later one is seen there. Overlays stand on storage that is told and are only told as
    /// the root of a container. At most <paramref name="max"/>, those with a device and a short path first.
    /// </summary>
    /// <param name="text">The file.</param>
    /// <param name="isFile">Whether a path is no folder: in a container /etc/hosts is a bind mount of a file.</param>
    /// <param name="more">Types that are told too, whatever they stand on.</param>
    /// <param name="max">The most.</param>
    public static List<Mount> Parse(ReadOnlySpan<byte> text, Func<string, bool> isFile, IReadOnlySet<string> more, int max = 64)
    {
        // Bounded by the kernel's fs.mount-max.
        var points = new Dictionary<string, Mount?>(StringComparer.Ordinal);
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            var fields = new ByteScanner(line);
            if (!fields.TryReadWord(out var device) || !fields.TryReadWord(out var point) || !fields.TryReadWord(out var type))
                continue;
            fields.TryReadWord(out var options);
            var mount = new Mount(Unescape(device), Unescape(point), Encoding.UTF8.GetString(type));
            mount = mount with { MayBlock = more.Contains(mount.Type) || mount.Type == "fuseblk" };
            points[mount.Point] = mount.MayBlock || mount.IsLocal(options.SequenceEqual("ro"u8) || options.StartsWith("ro,"u8)) ? mount : null;
        }

        return [.. points.Values.OfType<Mount>()
            .OrderBy(mount => mount.Point.Length).ThenBy(mount => mount.Point, StringComparer.Ordinal)
            .Where(mount => mount.MayBlock || !isFile(mount.Point))
            .DistinctBy(mount => (mount.Device, mount.Type))
            .OrderBy(mount => mount.IsOverlay)
            .Take(max)];
    }

    private bool IsOverlay => Type is "overlay" or "aufs";

    private bool IsLocal(bool isReadOnly)
    {
        if (IsOverlay)
            return Point == "/";
        if (Images.Contains(Type) || Shared.Contains(Type) || Type == "fuse" || Type.StartsWith("fuse.", StringComparison.Ordinal))
            return false;
        if (WithoutDevice.Contains(Type))
            return true;
        // Memory with a block device's name, and images.
        if (StartsWith("/dev/zram") || StartsWith("/dev/ram") || (StartsWith("/dev/loop") || StartsWith("/dev/sr")) && isReadOnly)
            return false;
        return StartsWith("/dev/");
    }

    private bool StartsWith(string prefix) => Device.StartsWith(prefix, StringComparison.Ordinal);

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
