using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>All projects of the clone with their sources.</summary>
internal sealed record SourceTree(IReadOnlyList<SourceProject> Projects)
{
    private static readonly HashSet<string> Skipped = ["bin", "obj", "node_modules", "artifacts", "data", ".git", ".servers", "TestResults", "wwwroot"];

    /// <summary>Reads the clone that these tests were built in.</summary>
    public static SourceTree Load()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "PerfPlatform.sln")))
            root = root.Parent;
        Assert.NotNull(root);

        var paths = Walk(root).Select(path => Path.GetRelativePath(root.FullName, path).Replace('\\', '/')).ToList();
        var files = paths.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal))
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(root.FullName, path)))).ToList();
        var projects = paths.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).OrderByDescending(path => path.Length).ToList();
        // A project inside another's folder (an example) keeps its own files.
        var owners = files.ToLookup(file => projects.Find(project => file.Path.StartsWith(project[..(project.LastIndexOf('/') + 1)], StringComparison.Ordinal)));
        return new SourceTree([.. projects.Select(path =>
            SourceProject.Parse(path, File.ReadAllText(Path.Combine(root.FullName, path)), [.. owners[path]]))]);
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(inner => !Skipped.Contains(inner.Name)).SelectMany(Walk));
}
