using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>The sign-in page, its cookie and the lock-out.</summary>
public sealed class SignInTests(ServersFixture servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_WithoutCookie_LeadsToTheSignInPageAndBack()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var page = await client.GetAsync("/hosts?x=1", Cancel);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Fhosts%3Fx%3D1", page.Headers.Location!.PathAndQuery);
        using var signedIn = await WebHost.SignInAsync(client, "admin", WebHost.Password, "/hosts?x=1");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.EndsWith("/hosts?x=1", signedIn.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var again = await client.GetAsync("/hosts", Cancel);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Api_WithoutCredentials_Is401ProblemAndNoRedirect()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html,*/*;q=0.8");
        using var answer = await client.GetAsync("/api/v1/users", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task SignIn_ReturnAddressOfAnotherSite_LeadsToTheOverview(string address)
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        using var answer = await WebHost.SignInAsync(client, "admin", WebHost.Password, address);
        Assert.Equal("/", new Uri(host.Address, answer.Headers.Location!).PathAndQuery);
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "sign-in", ["Form.Name"] = "admin", ["Form.Password"] = WebHost.Password });
        using var answer = await client.PostAsync("/sign-in", form, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task SignIn_FiveWrongPasswords_LocksTheAccountEvenForTheRightOne()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        for (var i = 1; i <= 4; i++)
        {
            using var wrong = await WebHost.SignInAsync(client, "admin", "not the password");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var fifth = await WebHost.SignInAsync(client, "admin", "not the password");
        Assert.Equal(HttpStatusCode.TooManyRequests, fifth.StatusCode);
        using var right = await WebHost.SignInAsync(client, "admin", WebHost.Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
    }

    [Fact]
    public async Task SignIn_ManyUnknownNamesFromOneAddress_IsThrottled()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        var seen = new List<HttpStatusCode>();
        for (var i = 0; i < 21; i++)
        {
            using var answer = await WebHost.SignInAsync(client, $"nobody-{i}", "not the password");
            seen.Add(answer.StatusCode);
        }

        Assert.All(seen[..20], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, seen[20]);
    }

    [Fact]
    public async Task ChangedPassword_OldCookie_NoLongerWorks()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var administrator = await host.AdministratorAsync();
        using var made = await administrator.PostAsJsonAsync("/api/v1/users", new { name = "eve", password = "first-password", role = "viewer" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        using var eve = host.Client();
        using var signedIn = await WebHost.SignInAsync(eve, "EVE", "first-password");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        using var changed = await administrator.PutAsJsonAsync($"/api/v1/users/{id}", new { password = "second-password" }, Cancel);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var page = await eve.GetAsync("/hosts", Cancel);
        Assert.NotEqual(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Viewer_AdministratorsEndpoint_Is403()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var administrator = await host.AdministratorAsync();
        using var made = await administrator.PostAsJsonAsync("/api/v1/users", new { name = "viewer", password = "what viewers may say" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var viewer = host.Client();
        using var signedIn = await WebHost.SignInAsync(viewer, "viewer", "what viewers may say");
        using var answer = await viewer.GetAsync("/api/v1/keys", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task DeleteUser_OnlyAdministrator_Is409()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = await host.AdministratorAsync();
        var users = await client.GetFromJsonAsync<JsonElement>("/api/v1/users", Cancel);
        var id = users.GetProperty("items")[0].GetProperty("id").GetString();
        using var answer = await client.DeleteAsync($"/api/v1/users/{id}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task SignOut_WithTheFormsToken_EndsTheSession()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = await host.AdministratorAsync();
        var page = await client.GetStringAsync("/hosts", Cancel);
        using var bare = await client.PostAsync("/sign-out", new FormUrlEncodedContent([]), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = WebHost.Token().Match(page).Groups[1].Value });
        using var signedOut = await client.PostAsync("/sign-out", form, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        using var after = await client.GetAsync("/api/v1/keys", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Audit_AfterSignIns_TellsWhoAndHow()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var stranger = host.Client();
        using var wrong = await WebHost.SignInAsync(stranger, "admin", "not the password");
        using var client = await host.AdministratorAsync();
        var audit = await client.GetFromJsonAsync<JsonElement>("/api/v1/audit", Cancel);
        var actions = audit.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("action").GetString()).ToList();
        Assert.Equal(["user.signed-in", "user.sign-in-failed", "access.first-start"], actions);
    }
}
