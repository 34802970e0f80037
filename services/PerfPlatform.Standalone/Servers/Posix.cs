using System.Runtime.InteropServices;

namespace PerfPlatform.Standalone.Servers;

/// <summary>The few calls of the C library that .NET has no word for.</summary>
internal static partial class Posix
{
    public const int Terminate = 15;
    public const int Kill = 9;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);
}
