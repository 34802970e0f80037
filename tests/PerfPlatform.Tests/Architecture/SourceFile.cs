using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Architecture;

/// <summary>A source file: its path from the top of the clone with '/', and its text.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>The text without line comments: what is only told is no breach.</summary>
    public string Code { get; } = LineComment().Replace(Text, "");

    // Not inside of "http://".
    [GeneratedRegex(@"(?<!:)//.*$", RegexOptions.Multiline)]
    private static partial Regex LineComment();
}
