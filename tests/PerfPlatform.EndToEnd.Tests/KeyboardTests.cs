using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>The pages without a mouse.</summary>
public sealed class KeyboardTests(DistributedApp app, Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task RangeButton_Pressed_KeepsTheFocus()
    {
        var page = await browser.AdministratorAsync(app);
        await page.GotoAsync("/explore");
        var button = page.Locator("pp-range button", new PageLocatorOptions { HasTextString = "6h" });
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(button).ToBeFocusedAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Custom_Escape_ClosesItAndGoesBackToItsButton()
    {
        var page = await browser.AdministratorAsync(app);
        await page.GotoAsync("/explore");
        var custom = page.Locator("pp-range summary");
        await custom.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var from = page.GetByLabel("From", new PageGetByLabelOptions { Exact = true });
        await Assertions.Expect(from).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(from).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(from).ToBeHiddenAsync();
        await Assertions.Expect(custom).ToBeFocusedAsync();
        await page.CloseAsync();
    }
}
