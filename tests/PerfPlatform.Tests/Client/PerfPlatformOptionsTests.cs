using PerfPlatform.Client;
using Xunit;

namespace PerfPlatform.Tests.Client;

/// <summary>What options are accepted.</summary>
public class PerfPlatformOptionsTests
{
    [Fact]
    public void Check_Defaults_NeedOnlyAName() => new PerfPlatformOptions { ServiceName = "shop" }.Check();

    [Fact]
    public void Check_Unusable_NamesTheOption()
    {
        Assert.Contains("ServiceName", Error(new PerfPlatformOptions()));
        Assert.Contains("Endpoint", Error(new PerfPlatformOptions { ServiceName = "a", Endpoint = new Uri("ftp://a") }));
        Assert.Contains("RulesAddress", Error(new PerfPlatformOptions { ServiceName = "a", RulesAddress = new Uri("/a", UriKind.Relative) }));
        Assert.Contains("0.1 to 60 s", Error(new PerfPlatformOptions { ServiceName = "a", Interval = TimeSpan.FromSeconds(0.05) }));
        Assert.Contains("0.1 to 60 s", Error(new PerfPlatformOptions { ServiceName = "a", Interval = TimeSpan.FromSeconds(61) }));
    }

    private static string Error(PerfPlatformOptions options) => Assert.Throws<ArgumentException>(options.Check).Message;
}
