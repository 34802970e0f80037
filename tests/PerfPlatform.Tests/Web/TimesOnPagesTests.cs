using System.Text.RegularExpressions;
using PerfPlatform.Tests.Architecture;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>All times on a page are of one zone, the browser's, which its foot names: so only the browser writes them (pp-time, pp-ago).</summary>
public sealed partial class TimesOnPagesTests
{
    [Fact]
    public void Pages_Times_AreWrittenByTheBrowser()
    {
        var pages = SourceTree.Load().Projects.SelectMany(project => project.Files).Where(file => file.Path.EndsWith(".razor", StringComparison.Ordinal)).ToList();
        Assert.InRange(pages.Count, 20, 1000);
        Assert.Empty(pages.SelectMany(file => ClockOrDay().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));
    }

    // A format with hours, days or years, or a way into the server's zone.
    [GeneratedRegex(@"ToString\(""[^""]*(?:HH|hh|mm:|yyyy|dd)[^""]*""|ToLocalTime|ToShortDateString|ToLongTimeString|TimeZoneInfo")]
    private static partial Regex ClockOrDay();
}
