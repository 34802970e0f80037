using System.Text.RegularExpressions;
using PerfPlatform.Tests.Architecture;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>
/// All times on a page are of one zone, the browser's, which its foot names, and all sizes are counted in one way: so only the browser writes them (pp-time, pp-ago, pp-value).
/// </summary>
public sealed partial class WrittenByTheBrowserTests
{
    [Fact]
    public void Pages_Times_AreNotWrittenByTheServer() => Assert.Empty(Found(ClockOrDay()));

    [Fact]
    public void Pages_Sizes_AreNotWrittenByTheServer() => Assert.Empty(Found(Bytes()));

    private static IEnumerable<string> Found(Regex what)
    {
        var pages = SourceTree.Load().Projects.SelectMany(project => project.Files).Where(file => file.Path.EndsWith(".razor", StringComparison.Ordinal)).ToList();
        Assert.InRange(pages.Count, 20, 1000);
        return pages.SelectMany(file => what.Matches(file.Code).Select(match => $"{file.Path}: {match.Value}"));
    }

    // A format with hours, days or years, or a way into the server's zone.
    [GeneratedRegex(@"ToString\(""[^""]*(?:HH|hh|mm:|yyyy|dd)[^""]*""|ToLocalTime|ToShortDateString|ToLongTimeString|TimeZoneInfo")]
    private static partial Regex ClockOrDay();

    [GeneratedRegex(@"\b[kKMGT]i?B\b")]
    private static partial Regex Bytes();
}
