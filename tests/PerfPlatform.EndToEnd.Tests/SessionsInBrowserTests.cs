using Microsoft.Playwright;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>What a person sees of sessions: a page whose session is over leads to the sign-in by itself.</summary>
public sealed class SessionsInBrowserTests(StandaloneProduct product, Browser browser) : IClassFixture<StandaloneProduct>, IClassFixture<Browser>
{
    private const string Password = DistributedApp.AdministratorPassword;

    [Fact]
    public async Task SignOut_InOneTab_EndsTheOther_AndNoOtherBrowser()
    {
        var page = await SignedInAsync("admin", Password);
        var other = await SignedInAsync("admin", Password);
        var tab = await page.RunAndWaitForPopupAsync(() => page.EvaluateAsync("() => { window.open('/hosts?x=1'); }"));
        await ExpectConnectedAsync(tab);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await tab.WaitForURLAsync("**/sign-in?returnUrl=*");
        await ExpectConnectedAsync(other);
        await page.Context.CloseAsync();
        await other.Context.CloseAsync();
    }

    [Fact]
    public async Task Account_ListsTheSessions_EndsOne_AndChangesThePassword()
    {
        const string next = "something else entirely 42";
        await product.PostAsync("/api/v1/users", new { name = "eve", password = Password, role = "viewer" });
        var page = await SignedInAsync("eve", Password);
        var phone = await SignedInAsync("eve", Password);
        await ExpectConnectedAsync(phone);
        await page.GotoAsync("/account");
        var rows = page.Locator("section[aria-label=Sessions] tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.Filter(new LocatorFilterOptions { HasText = "this one" })).ToHaveCountAsync(1);
        await rows.GetByRole(AriaRole.Button).ClickAsync();
        await rows.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "End this session" }).ClickAsync();
        await phone.WaitForURLAsync("**/sign-in**");
        await Assertions.Expect(rows).ToHaveCountAsync(1);

        phone = await SignedInAsync("eve", Password);
        await ExpectConnectedAsync(phone);
        await page.GetByLabel("Current password").FillAsync(Password);
        await page.GetByLabel("New password").FillAsync("eve-password-2026");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change password" }).ClickAsync();
        await Assertions.Expect(page.Locator("form [role=alert]")).ToContainTextAsync("easily guessed");
        await page.GetByLabel("New password").FillAsync(next);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change password" }).ClickAsync();
        await Assertions.Expect(page.Locator("form [role=status]")).ToContainTextAsync("The password is changed.");
        await phone.WaitForURLAsync("**/sign-in**");
        await page.Context.CloseAsync();
        await phone.Context.CloseAsync();
        var again = await SignedInAsync("eve", next);
        await again.Context.CloseAsync();
    }

    private Task<IPage> SignedInAsync(string user, string password) => browser.SignedInAsync(product.Address, user, password);

    private static Task ExpectConnectedAsync(IPage page) => Assertions.Expect(page.Locator("pp-status")).ToHaveAttributeAsync("data-state", new System.Text.RegularExpressions.Regex("connected|live|quiet"));
}
