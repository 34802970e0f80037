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

    [Fact]
    public async Task Focus_WhatHasItIsDrawnAnewMovedSwitchedOffOrGone_StaysAtItsPlace()
    {
        var page = await browser.AdministratorAsync(app);
        await page.GotoAsync("/nope");
        var said = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const said = [];
              const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
              const list = document.createElement('section');
              list.tabIndex = 0;
              list.setAttribute('aria-label', 'list');
              const rows = names => list.replaceChildren(...names.map(name => {
                const row = document.createElement('p');
                row.innerHTML = `<button aria-label="Remove ${name}">Remove</button>`;
                return row;
              }));
              const button = name => list.querySelector(`[aria-label="Remove ${name}"]`);
              const look = async what => { await drawn(); said.push(`${what}: ${document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName}`); };
              document.querySelector('main').append(list);
              rows(['a', 'b', 'c']);
              button('b').focus();
              rows(['a', 'b', 'c']);
              await look('drawn anew');
              list.append(button('b').parentElement);
              await look('moved');
              button('b').disabled = true;
              await drawn();
              button('b').disabled = false;
              await look('off and on');
              button('a').focus();
              button('a').parentElement.remove();
              await look('first gone');
              button('b').focus();
              button('b').parentElement.remove();
              await look('last gone');
              rows([]);
              await look('all gone');
              rows(['d', 'b']);
              await look('comes back');
              document.activeElement.blur();
              await drawn();
              rows(['e']);
              await look('left');
              return said;
            }
            """);
        Assert.Equal(["drawn anew: Remove b", "moved: Remove b", "off and on: Remove b", "first gone: Remove c", "last gone: Remove c", "all gone: list", "comes back: Remove b", "left: BODY"], said);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Removed_ByTheKeyboard_TheFocusStaysInTheList()
    {
        await app.StartedAsync();
        foreach (var name in new[] { "focus-a", "focus-b" }) await app.Client.PostAsync("/api/v1/keys", new { name, scopes = new[] { "ingest" } });
        await app.Client.PostAsync("/api/v1/webhooks", new { url = "http://127.0.0.1:9/focus", enabled = false });
        var page = await browser.AdministratorAsync(app);
        await page.GotoAsync("/settings/keys");
        foreach (var name in new[] { "focus-a", "focus-b" })
        {
            var revoke = page.GetByLabel("Revoke " + name, new PageGetByLabelOptions { Exact = true });
            await revoke.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(revoke).ToHaveCountAsync(0);
            await Assertions.Expect(page.Locator("section[aria-label=Keys]:focus, section[aria-label=Keys] :focus")).ToHaveCountAsync(1);
        }

        await page.GetByPlaceholder("agent on web-1").FillAsync("focus-c");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Done").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Done")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("main :focus")).ToHaveCountAsync(1);

        await page.GotoAsync("/alerts?tab=webhooks");
        var on = page.GetByLabel("Switch on http://127.0.0.1:9/focus");
        await on.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(on).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByLabel("Test http://127.0.0.1:9/focus")).ToBeFocusedAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task HostChoice_Arrows_PassByHostsAndTheButtonShowsOne()
    {
        await SendHostsAsync();
        var page = await browser.AdministratorAsync(app);
        await OpenAsync(page, "/?host=keys-1", "select[name=host]");
        var choice = page.Locator("select[name=host]");
        await choice.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(choice).ToHaveValueAsync("keys-2");
        await Assertions.Expect(choice).ToBeFocusedAsync();
        Assert.Contains("keys-1", page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/?host=keys-2");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Charts_ByTheKeyboard_AreReachedBeforeTheyAreSeenAndTheirCrosshairMoves()
    {
        await SendHostsAsync();
        var page = await browser.AdministratorAsync(app);
        await page.GotoAsync("/hosts/keys-1");
        var charts = await page.Locator("pp-chart").CountAsync();
        await Assertions.Expect(page.Locator("pp-chart[tabindex='0']")).ToHaveCountAsync(charts);
        await page.GotoAsync("/explore?metric=system.cpu.utilization&match=host.name=keys-1&from=now-15m&to=now");
        var time = page.Locator("pp-chart .legend time");
        await Assertions.Expect(time).Not.ToBeEmptyAsync();
        await page.Locator("pp-chart").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(time).ToContainTextAsync("paused");
        var newest = await AtAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.True(await AtAsync() < newest);
        await page.Keyboard.PressAsync("End");
        Assert.True(await AtAsync() >= newest); // a step may have come before it stood still
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("pp-chart")).ToBeFocusedAsync();
        await page.CloseAsync();

        async Task<DateTimeOffset> AtAsync() => DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task HostList_NextAndOrder_TheFocusIsAtTheTable()
    {
        await SendHostsAsync();
        var page = await browser.AdministratorAsync(app);
        await OpenAsync(page, "/hosts", "table.hosts");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "CPU" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/hosts?sort=cpu*");
        await Assertions.Expect(page.GetByRole(AriaRole.Columnheader, new PageGetByRoleOptions { Name = "CPU" })).ToHaveAttributeAsync("aria-sort", "descending");
        await Assertions.Expect(page.Locator("section[aria-label=Hosts]")).ToBeFocusedAsync();
        await page.CloseAsync();
    }

    // Once the circuit has drawn in the place of what the server sent first.
    private static async Task OpenAsync(IPage page, string path, string selector)
    {
        await page.AddInitScriptAsync($"addEventListener('DOMContentLoaded', () => document.querySelector('{selector}')?.setAttribute('data-first', ''))");
        await page.GotoAsync(path);
        await Assertions.Expect(page.Locator(selector + ":not([data-first])")).ToBeVisibleAsync();
    }

    private async Task SendHostsAsync()
    {
        await app.StartedAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await app.Client.PostAsync("/api/v1/samples", new
        {
            samples = new[] { "keys-1", "keys-2" }.SelectMany(host => Enumerable.Range(0, 30).Select(i =>
                new { metric = "system.cpu.utilization", labels = new Dictionary<string, string> { ["host.name"] = host }, time = now - (i * 1000), value = 0.25 })),
        });
        foreach (var host in new[] { "keys-1", "keys-2" }) await app.Client.KnowsHostAsync(host);
    }
}
