using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>Modules add services and map routes. The order of the middleware, the bus and the service defaults are a Program.cs's.</summary>
internal static partial class ModuleRules
{
    // They offer or compose what modules must not call.
    private static readonly string[] Exempt = ["PerfPlatform.ServiceDefaults", "PerfPlatform.Standalone", "PerfPlatform.AppHost"];

    public static IEnumerable<string> Breaches(SourceTree tree) =>
        from project in tree.Projects
        where !project.IsTest && !Exempt.Contains(project.Name)
        from file in project.Files
        where !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal)
        from call in Forbidden().Matches(file.Code)
        select $"{file.Path} calls {call.Value.TrimEnd('(', ' ')}";

    [GeneratedRegex(@"\b(AddMassTransit|AddServiceDefaults|UseServiceDefaults|AddMessaging|MapDefaultEndpoints|(?:app|application|webApplication)\.Use\w*)\s*(<[^>]*>)?\s*\(")]
    private static partial Regex Forbidden();
}
