using System.Runtime.InteropServices;

namespace PerfPlatform.Agent.Machine;

/// <summary>The OTLP resource: what machine this is. host.name identifies it; the others describe it and do not become labels.</summary>
internal static class MachineResource
{
    public static (string Key, object Value)[] Attributes(string hostName) =>
    [
        ("host.name", hostName),
        ("host.arch", RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.X86 => "x86",
            Architecture.Arm => "arm32",
            var other => other.ToString().ToLowerInvariant(),
        }),
        ("os.type", OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux"),
        ("os.description", RuntimeInformation.OSDescription),
    ];
}
