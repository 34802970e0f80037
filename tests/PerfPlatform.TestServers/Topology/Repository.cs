namespace PerfPlatform.TestServers.Topology;

/// <summary>Where the built product is, seen from this assembly: tests/PROJECT/bin/CONFIGURATION/net10.0.</summary>
public static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
