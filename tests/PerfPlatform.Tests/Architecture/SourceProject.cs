using System.Xml.Linq;

namespace PerfPlatform.Tests.Architecture;

/// <summary>A project as its file tells: what it refers to, and the sources in its folder.</summary>
internal sealed record SourceProject(string Name, string Folder, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<SourceFile> Files)
{
    public bool IsTest => Folder.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>Reads what a project file refers to.</summary>
    public static SourceProject Parse(string path, string xml, IReadOnlyList<SourceFile> files)
    {
        var document = XDocument.Parse(xml);
        return new SourceProject(
            System.IO.Path.GetFileNameWithoutExtension(path),
            path[..(path.LastIndexOf('/') + 1)],
            [.. References(document, "ProjectReference").Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            [.. References(document, "PackageReference")],
            files);
    }

    private static IEnumerable<string> References(XDocument document, string kind) =>
        document.Descendants(kind).Select(element => element.Attribute("Include")?.Value).OfType<string>();
}
