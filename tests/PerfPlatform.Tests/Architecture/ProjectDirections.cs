namespace PerfPlatform.Tests.Architecture;

/// <summary>Who may refer to whom: Contracts to nothing, ServiceDefaults to Contracts, a service to these two, the agent to Client.</summary>
internal static class ProjectDirections
{
    private const string Contracts = "PerfPlatform.Contracts";
    private const string Defaults = "PerfPlatform.ServiceDefaults";
    private const string Client = "PerfPlatform.Client";

    // The rooms that may see several services. Tests are told by their folder.
    private static readonly string[] Composers = ["PerfPlatform.Standalone", "PerfPlatform.AppHost"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Contracts] = [],
        [Defaults] = [Contracts],
        [Client] = [],
        ["PerfPlatform.Agent"] = [Client],
    };

    // What Contracts may use besides the BCL: hashing and the codec's compressor.
    private static readonly string[] ContractsPackages = ["System.IO.Hashing", "ZstdSharp.Port"];

    public static IEnumerable<string> Breaches(SourceTree tree)
    {
        foreach (var project in tree.Projects.Where(project => !project.IsTest && !Composers.Contains(project.Name)))
        {
            string[] allowed = Allowed.TryGetValue(project.Name, out var listed) ? listed
                : project.Folder.StartsWith("services/PerfPlatform.Client/", StringComparison.Ordinal) ? [Client]
                : [Contracts, Defaults];
            foreach (var reference in project.Projects.Except(allowed))
                yield return $"{project.Name} refers to {reference}";
        }

        foreach (var package in Packages(tree, Contracts).Except(ContractsPackages))
            yield return $"{Contracts} uses the package {package}";
        foreach (var package in Packages(tree, Client).Where(package =>
            !package.StartsWith("OpenTelemetry", StringComparison.Ordinal) && !package.StartsWith("System.", StringComparison.Ordinal)
            && !package.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
        {
            yield return $"{Client} uses the package {package}";
        }
    }

    private static IEnumerable<string> Packages(SourceTree tree, string name) =>
        tree.Projects.Where(project => project.Name == name).SelectMany(project => project.Packages);
}
