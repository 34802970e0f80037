namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Folders of the clone.</summary>
internal static class Artifacts
{
    /// <summary>The clone: the folder above this program that holds the solution.</summary>
    /// <exception cref="InvalidOperationException">The program does not run from a clone.</exception>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PerfPlatform.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("run the benchmarks from a clone: PerfPlatform.sln is in no folder above.");
    }

    /// <summary><c>artifacts/bench</c>, made where it is not.</summary>
    public static string Folder() => Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "bench")).FullName;
}
