using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>No type of the database in Contracts, no type of the pages outside of web/.</summary>
internal static partial class ForeignTypes
{
    public static IEnumerable<string> Breaches(SourceTree tree)
    {
        foreach (var file in tree.Projects.Where(project => project.Name == "PerfPlatform.Contracts").SelectMany(project => project.Files))
        {
            foreach (var type in Database().Matches(file.Code).Select(match => match.Value).Distinct())
                yield return $"{file.Path} uses {type}";
        }

        foreach (var project in tree.Projects.Where(project => !project.IsTest && !project.Folder.StartsWith("web/", StringComparison.Ordinal)))
        {
            foreach (var package in project.Packages.Where(package => Pages().IsMatch(package)))
                yield return $"{project.Name} uses the package {package}";
            foreach (var file in project.Files)
            {
                if (file.Path.EndsWith(".razor", StringComparison.Ordinal))
                    yield return $"{file.Path} is a page outside of web/";
                foreach (var type in Pages().Matches(file.Code).Select(match => match.Value).Distinct())
                    yield return $"{file.Path} uses {type}";
            }
        }
    }

    [GeneratedRegex(@"\b(Microsoft\.EntityFrameworkCore|Npgsql|System\.Data)\b")]
    private static partial Regex Database();

    [GeneratedRegex(@"\b(Microsoft\.AspNetCore\.Components|MudBlazor|Microsoft\.JSInterop)\b")]
    private static partial Regex Pages();
}
