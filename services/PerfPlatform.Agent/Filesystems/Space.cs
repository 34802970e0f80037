namespace PerfPlatform.Agent.Filesystems;

/// <summary>Bytes of a filesystem; a total of 0 is one of which nothing is known.</summary>
/// <param name="Total">All.</param>
/// <param name="Used">Taken.</param>
/// <param name="Available">Free for everyone.</param>
internal sealed record Space(ulong Total, ulong Used, ulong Available)
{
    public static Space Unknown { get; } = new(0, 0, 0);

    public static Space Read(DriveInfo drive)
    {
        try
        {
            var total = (ulong)drive.TotalSize;
            var used = total - Math.Min(total, (ulong)drive.TotalFreeSpace);
            return new Space(total, used, Math.Min((ulong)drive.AvailableFreeSpace, total - used));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Unmounted since the table was read, or not for this user: not told until it is there again.
            return Unknown;
        }
    }
}
