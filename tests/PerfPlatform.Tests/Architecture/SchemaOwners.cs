using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>One schema, one owner: SQL of another project that names the schema, or a context on it, is a breach.</summary>
internal static partial class SchemaOwners
{
    private static readonly Dictionary<string, string> Owners = new()
    {
        ["metrics"] = "PerfPlatform.Analysis",
        ["alerting"] = "PerfPlatform.Alerting",
        ["reports"] = "PerfPlatform.Reports",
        ["hangfire"] = "PerfPlatform.Reports",
        ["access"] = "PerfPlatform.Web",
    };

    public static IEnumerable<string> Breaches(SourceTree tree) =>
        from project in tree.Projects
        where !project.IsTest
        from file in project.Files
        from match in Sql().Matches(file.Code).Concat(Context().Matches(file.Code))
        let schema = match.Groups["schema"].Value
        where Owners[schema] != project.Name
        select $"{file.Path} reaches into the schema {schema} of {Owners[schema]}: {match.Value}";

    [GeneratedRegex(@"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|COPY|TRUNCATE|ONLY|SCHEMA)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?""{0,2}(?<schema>metrics|alerting|reports|hangfire|access)""{0,2}\.\w")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(?:HasDefaultSchema\(|AddSchema<\w+>\(|SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?)""?(?<schema>metrics|alerting|reports|hangfire|access)\b")]
    private static partial Regex Context();
}
