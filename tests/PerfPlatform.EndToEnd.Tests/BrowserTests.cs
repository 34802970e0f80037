using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>The UI in a real browser, on metrics that the real agent reads from this machine.</summary>
public sealed class BrowserTests(DistributedApp app)
{
    [Fact]
    public async Task Overview_DistributedWithAnAgent_ShowsThisMachineMoving()
    {
        await app.StartedAsync();
        await Wait.ForAsync(
            "the agent's first samples",
            () => app.Client.GetStringAsync("/api/v1/latest?metric=system.cpu.utilization&match=cpu.mode="),
            text => text.Contains("\"value\"", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            app.Logs);
        await using var browser = await OverviewInBrowser.LaunchAsync(app.Address);
        await browser.SignInAsync(DistributedApp.AdministratorPassword);
        await browser.ChooseHostAsync(Environment.MachineName); // other tests have left hosts of theirs
        await browser.ExpectMachineAsync(TimeSpan.FromSeconds(20));
        await browser.ExpectMovingAsync(TimeSpan.FromSeconds(15));
        Assert.Empty(browser.Errors);
        await browser.ScreenshotAsync("overview-distributed.png");
    }

    [Fact]
    public async Task Overview_StandaloneJustReady_ShowsThisMachineMovingWithinTenSeconds()
    {
        using var folder = await TestFolder.CreateAsync("e2e");
        var port = FreePorts.One();
        await using var standalone = new ServiceProcess("services/PerfPlatform.Standalone", new Dictionary<string, string>
        {
            ["PERFPLATFORM_DATA"] = folder.Path,
            ["PERFPLATFORM_SERVERS"] = TestPrograms.Programs.Folder,
            ["PERFPLATFORM_HTTP_PORT"] = port.ToString(),
            ["PERFPLATFORM_OTLP_HTTP_PORT"] = FreePorts.One().ToString(),
            ["PERFPLATFORM_OTLP_GRPC_PORT"] = FreePorts.One().ToString(),
            ["PERFPLATFORM_ADMIN_PASSWORD"] = DistributedApp.AdministratorPassword,
        });
        await using var browser = await OverviewInBrowser.LaunchAsync(new Uri($"http://127.0.0.1:{port}"));
        standalone.Start();
        await Wait.ForAsync("Standalone ready", () => Task.FromResult(standalone.Output), output => output.Contains("PerfPlatform is ready", StringComparison.Ordinal), TimeSpan.FromSeconds(120), () => standalone.Output);

        var ready = TimeProvider.System.GetTimestamp();
        await browser.SignInAsync(DistributedApp.AdministratorPassword);
        await browser.ExpectMachineAsync(TimeSpan.FromSeconds(10) - TimeProvider.System.GetElapsedTime(ready));
        await browser.ExpectMovingAsync(TimeSpan.FromSeconds(15));
        await browser.ScreenshotAsync("overview-standalone.png");
        foreach (var (page, selector, text) in new[] { ("storage", ".tiers tbody th", "raw"), ("senders", ".panel dl dt", "Series"), ("scraping", ".panel .note", "No targets yet") })
        {
            await browser.ExpectSettingsAsync(page, selector, text);
            await browser.ScreenshotAsync($"settings-{page}.png");
        }

        Assert.Empty(browser.Errors);
        Assert.Equal(0, await standalone.StopAsync());
    }
}
