using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Components.Api;
using PerfPlatform.Web.Components.Panels;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>The page under Settings that tells what the store takes.</summary>
public sealed class StoragePanelTests : BunitContext
{
    public StoragePanelTests() => Services.AddScoped<ApiClient>().AddSingleton(TimeProvider.System);

    [Fact]
    public void Storage_Answer_IsShownTableByTable()
    {
        Answer(200, new
        {
            totalBytes = 12_340_000,
            tables = new[]
            {
                new { table = "segment", tier = "raw", tableBytes = 10_000_000, indexBytes = 200_000, toastBytes = 100_000, totalBytes = 10_300_000 },
                new { table = "series", tier = "registry", tableBytes = 2_000_000, indexBytes = 40_000, toastBytes = 0, totalBytes = 2_040_000 },
            },
            segments = 4,
            samples = 12_000_000,
            bytesPerSample = 0.858,
            series = 10_000,
            compaction = new { hoursBehind = 2, trouble = (string?)null },
            tiers = new object[]
            {
                new { tier = "raw", bytes = 10_300_000, rows = 4, bytesPerSample = (double?)0.858, retentionSeconds = 172_800, oldest = (string?)"2026-01-01T10:00:00Z" },
                new { tier = "1m", bytes = 0, rows = 0, bytesPerSample = (double?)null, retentionSeconds = 2_592_000, oldest = (string?)null },
            },
        });

        var panel = Render<StoragePanel>();

        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll(".tables tbody tr").Count));
        Assert.Equal(["raw", "", "0.86", "4", "2d", ""], panel.FindAll(".tiers tbody tr")[0].Children.Select(c => c.TextContent));
        Assert.Equal("2026-01-01T10:00:00.0000000+00:00", panel.Find(".tiers pp-time").GetAttribute("at"));
        Assert.Equal(["rolled up to 1m", "", "–", "0", "30d", "–"], panel.FindAll(".tiers tbody tr")[1].Children.Select(c => c.TextContent));
        Assert.Equal(["segment", "raw", "", "", "", "", "83 %"], panel.FindAll(".tables tbody tr")[0].Children.Select(c => c.TextContent));
        Assert.Equal(["", "12,000,000", "0.86", "10,000", "4", "2"], panel.FindAll("dd").Select(d => d.TextContent.Trim()));
        Assert.All(panel.FindAll("pp-value"), size => Assert.Equal("bytes", size.GetAttribute("format")));
        Assert.Equal(["12340000", "10300000", "0", "10000000", "200000", "100000", "10300000"], panel.FindAll("pp-value").Take(7).Select(size => size.GetAttribute("value")));
    }

    [Fact]
    public void Storage_MergingHadTrouble_SaysWhy()
    {
        Answer(200, new
        {
            totalBytes = 0,
            tables = Array.Empty<object>(),
            segments = 0,
            samples = 0,
            bytesPerSample = (double?)null,
            series = 0,
            compaction = new { hoursBehind = 7, trouble = "the disk is full" },
            tiers = Array.Empty<object>(),
        });
        var panel = Render<StoragePanel>();
        panel.WaitForAssertion(() => Assert.Contains("the disk is full", panel.Find("p.error").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Storage_NoAnswer_SaysWhatTheApiSaid()
    {
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", _ => true).SetResult(new ApiClient.Raw(503, "", "The database cannot be reached now."));
        var panel = Render<StoragePanel>();
        panel.WaitForAssertion(() => Assert.Equal("The database cannot be reached now.", panel.Find("[role=alert]").TextContent));
    }

    private void Answer(int status, object body) =>
        JSInterop.Setup<ApiClient.Raw>("perfplatform.call", _ => true).SetResult(new ApiClient.Raw(status, JsonSerializer.Serialize(body, PerfPlatformJson.Options), null));
}
