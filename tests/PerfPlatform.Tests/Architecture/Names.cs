using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>Folders and types are nouns of the domain: a drawer for everything says nothing.</summary>
internal static partial class Names
{
    public static IEnumerable<string> Breaches(SourceTree tree)
    {
        foreach (var file in tree.Projects.SelectMany(project => project.Files))
        {
            foreach (var folder in file.Path.Split('/')[..^1].Where(folder => Drawer().IsMatch(folder)))
                yield return $"{file.Path}: the folder {folder} says nothing";
            foreach (var type in Declaration().Matches(file.Code).Select(match => match.Groups["name"].Value).Where(name => Drawer().IsMatch(name)))
                yield return $"{file.Path}: the type {type} says nothing";
        }
    }

    [GeneratedRegex(@"(^|[a-z])(Utils?|Utilities|Helpers?|Commons?|Managers?)$")]
    private static partial Regex Drawer();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref)\s+)*(?:class|record(?:\s+struct)?|struct|interface|enum)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
