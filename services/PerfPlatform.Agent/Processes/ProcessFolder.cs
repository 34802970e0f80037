using System.Buffers.Text;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PerfPlatform.Agent.Processes;

/// <summary>The folders of /proc that are processes, and their stat files. Hot: hundreds of files a scan, so the C library is called directly, without strings, handles or exceptions.</summary>
[SupportedOSPlatform("linux")]
internal static partial class ProcessFolder
{
    private const int OpenReadOnlyCloseOnExec = 0x80000;
    private static readonly EnumerationOptions Flat = new() { AttributesToSkip = 0, IgnoreInaccessible = true, RecurseSubdirectories = false };

    /// <summary>The ids of the processes that run now.</summary>
    public static FileSystemEnumerable<int> Ids() => new(
        "/proc",
        static (ref entry) => int.Parse(entry.FileName),
        Flat)
    {
        ShouldIncludePredicate = static (ref entry) => int.TryParse(entry.FileName, out _),
    };

    /// <summary>Reads /proc/[pid]/stat; 0 when the process is gone.</summary>
    public static int ReadStat(int pid, Span<byte> buffer)
    {
        Span<byte> path = stackalloc byte[32];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[6..], out var digits);
        "/stat\0"u8.CopyTo(path[(6 + digits)..]);
        var file = Open(path, OpenReadOnlyCloseOnExec);
        if (file < 0)
            return 0;
        var read = Read(file, buffer, (nuint)buffer.Length);
        _ = Close(file);
        return (int)Math.Max(read, 0);
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
