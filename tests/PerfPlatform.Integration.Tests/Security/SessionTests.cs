using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR.Client;
using Npgsql;
using PerfPlatform.Integration.Tests.Web;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Security;

/// <summary>A session is over on the server: at its end, at the sign-out, and when the rights that it began with are taken away; and with it what it has open.</summary>
public sealed class SessionTests(ServersFixture servers)
{
    private const string Password = "eves own words 7";

    private static readonly object s_key = new { name = "mine", scopes = new[] { "admin" } };

    // Far more than the second that it takes, for a busy machine; far less than the keys' round of 30 s and the session's own end.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignOut_CookieThatSomebodyKept_IsWorthNothing()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        var kept = admin.Cookies;
        Assert.Equal(HttpStatusCode.OK, await admin.AskAsync(HttpMethod.Get, "/api/v1/keys"));
        await admin.SignOutAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskWithAsync(host, kept, "/api/v1/keys"));
    }

    [Fact]
    public async Task SignOut_OtherPageOfTheSameSession_LosesItsLiveFeed_AlsoAtAnotherReplica()
    {
        await using var host = await WebHost.StartAsync(servers);
        await using var replica = await WebHost.StartAsync(servers, before: host);
        using var admin = await Visitor.SignedInAsync(host);
        using var other = await Visitor.SignedInAsync(host);
        await using var here = admin.Live();
        await using var there = admin.Live(replica);
        await using var others = other.Live();
        var closed = Task.WhenAll(Visitor.Closed(here), Visitor.Closed(there));
        await Task.WhenAll(here.StartAsync(Cancel), there.StartAsync(Cancel), others.StartAsync(Cancel));
        await admin.SignOutAsync();
        await closed.WaitAsync(s_soon, Cancel);
        Assert.Equal(HubConnectionState.Connected, others.State);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskWithAsync(replica, admin.Cookies, "/api/v1/keys"));
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("role")]
    [InlineData("password")]
    public async Task User_ChangedByAnAdministrator_LosesTheLiveFeedAndEveryOtherRequest(string change)
    {
        // Begun and not ended, as the server-sent events of Analysis behind this address.
        await using var host = await WebHost.StartAsync(servers, map: app => app.MapGet("/endless", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("begun");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }));
        using var admin = await Visitor.SignedInAsync(host);
        var id = await admin.MakeUserAsync("eve", Password, "editor");
        using var eve = await Visitor.SignedInAsync(host, "eve", Password);
        await using var live = eve.Live();
        var closed = Visitor.Closed(live);
        await live.StartAsync(Cancel);
        using var stream = await eve.Client.GetStreamAsync(new Uri("/endless", UriKind.Relative), Cancel);

        Assert.True(change switch
        {
            "removed" => await admin.AskAsync(HttpMethod.Delete, "/api/v1/users/" + id) == HttpStatusCode.NoContent,
            "role" => await admin.AskAsync(HttpMethod.Put, "/api/v1/users/" + id, new { role = "viewer" }) == HttpStatusCode.OK,
            _ => await admin.AskAsync(HttpMethod.Put, "/api/v1/users/" + id, new { password = "an other sentence 8" }) == HttpStatusCode.OK,
        });

        await closed.WaitAsync(s_soon, Cancel);
        // The connection is broken off: the answer has no end.
        using var reader = new StreamReader(stream);
        var broken = await Assert.ThrowsAnyAsync<Exception>(() => reader.ReadToEndAsync(Cancel).WaitAsync(s_soon, Cancel));
        Assert.IsNotType<TimeoutException>(broken);
        Assert.Equal(HttpStatusCode.Unauthorized, await eve.AskAsync(HttpMethod.Get, "/api/v1/users"));
    }

    [Fact]
    public async Task Administrator_MadeViewer_MakesNothingMore()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        var id = await admin.MakeUserAsync("eve", Password, "admin");
        using var eve = await Visitor.SignedInAsync(host, "eve", Password);
        Assert.Equal(HttpStatusCode.Created, await eve.AskAsync(HttpMethod.Post, "/api/v1/keys", s_key));
        Assert.Equal(HttpStatusCode.OK, await admin.AskAsync(HttpMethod.Put, "/api/v1/users/" + id, new { role = "viewer" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await eve.AskAsync(HttpMethod.Post, "/api/v1/keys", s_key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Key_RevokedOrExpired_LosesItsLiveFeed(bool expires)
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        var expiry = expires ? TimeProvider.System.GetUtcNow().AddSeconds(5) : (DateTimeOffset?)null;
        using var made = await admin.Client.PostAsJsonAsync("/api/v1/keys", new { name = "short", scopes = new[] { "read" }, expiresAt = expiry }, Cancel);
        var key = await made.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancel);
        await using var live = Visitor.Live(host, options => options.AccessTokenProvider = () => Task.FromResult(key.GetProperty("key").GetString()));
        var closed = Visitor.Closed(live);
        await live.StartAsync(Cancel);
        if (!expires) Assert.Equal(HttpStatusCode.NoContent, await admin.AskAsync(HttpMethod.Delete, "/api/v1/keys/" + key.GetProperty("id").GetString()));
        await closed.WaitAsync(s_soon, Cancel);
    }

    [Theory]
    [InlineData("expires_at = now() - interval '1 second'")]
    [InlineData("seen_at = now() - interval '8 days'")]
    public async Task Session_AtItsEnd_IsOver(string end)
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        Assert.Equal(HttpStatusCode.OK, await admin.AskAsync(HttpMethod.Get, "/api/v1/keys"));
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        await using var command = database.CreateCommand("UPDATE access.sessions SET " + end);
        await command.ExecuteNonQueryAsync(Cancel);
        await Wait.ForAsync("the session is over", async () => await admin.AskAsync(HttpMethod.Get, "/api/v1/keys") == HttpStatusCode.Unauthorized, s_soon);
    }

    [Fact]
    public async Task Sessions_ListedAndEnded_OwnOnesByEveryoneAndAllByAnAdministrator()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        await admin.MakeUserAsync("eve", Password, "viewer");
        using var eve = await Visitor.SignedInAsync(host, "eve", Password);
        using var phone = await Visitor.SignedInAsync(host, "eve", Password);

        var own = (await eve.ReadAsync("/api/v1/sessions")).GetProperty("items").EnumerateArray().ToList();
        Assert.All(own, session => Assert.Equal("eve", session.GetProperty("user").GetString()));
        Assert.Equal([false, true], own.Select(session => session.GetProperty("current").GetBoolean()).Order());
        Assert.Equal(HttpStatusCode.Forbidden, await eve.AskAsync(HttpMethod.Get, "/api/v1/sessions?all=true"));
        var all = (await admin.ReadAsync("/api/v1/sessions?all=true")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, all.Count);

        // Another's is not hers to end, and not hers to know of.
        var admins = all.Single(session => session.GetProperty("user").GetString() == "admin").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NotFound, await eve.AskAsync(HttpMethod.Delete, "/api/v1/sessions/" + admins));
        var other = own.Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, await eve.AskAsync(HttpMethod.Delete, "/api/v1/sessions/" + other));
        Assert.Equal(HttpStatusCode.Unauthorized, await phone.AskAsync(HttpMethod.Get, "/api/v1/sessions"));
        var hers = own.Single(session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, await admin.AskAsync(HttpMethod.Delete, "/api/v1/sessions/" + hers));
        Assert.Equal(HttpStatusCode.Unauthorized, await eve.AskAsync(HttpMethod.Get, "/api/v1/sessions"));
    }

    [Fact]
    public async Task OwnPassword_Changed_EndsTheOtherSessionsAndTheOldPassword()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        await admin.MakeUserAsync("eve", Password, "viewer");
        using var eve = await Visitor.SignedInAsync(host, "eve", Password);
        using var phone = await Visitor.SignedInAsync(host, "eve", Password);
        const string next = "now something else 9";

        Assert.Equal(HttpStatusCode.BadRequest, await eve.AskAsync(HttpMethod.Put, "/api/v1/account/password", new { currentPassword = "not this one 123", newPassword = next }));
        Assert.Equal(HttpStatusCode.BadRequest, await eve.AskAsync(HttpMethod.Put, "/api/v1/account/password", new { currentPassword = Password, newPassword = "password-1234" }));
        Assert.Equal(HttpStatusCode.NoContent, await eve.AskAsync(HttpMethod.Put, "/api/v1/account/password", new { currentPassword = Password, newPassword = next }));

        Assert.Equal(HttpStatusCode.OK, await eve.AskAsync(HttpMethod.Get, "/api/v1/sessions"));
        Assert.Equal(HttpStatusCode.Unauthorized, await phone.AskAsync(HttpMethod.Get, "/api/v1/sessions"));
        using var again = new Visitor(host);
        Assert.Equal(HttpStatusCode.Unauthorized, await again.SignInAsync("eve", Password));
        Assert.Equal(HttpStatusCode.Redirect, await again.SignInAsync("eve", next));
    }

    [Fact]
    public async Task OwnPassword_GuessedInASessionThatIsNotOnes_IsSlowedDown()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++) answers.Add(await admin.AskAsync(HttpMethod.Put, "/api/v1/account/password", new { currentPassword = "guess number " + i, newPassword = "now something else 9" }));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task Database_Away_SessionsThatWereSeenGoOn_AndNobodyIsToldThatTheyAreSignedOut()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        using var fresh = await Visitor.SignedInAsync(host);
        Assert.Equal(HttpStatusCode.OK, await admin.AskAsync(HttpMethod.Get, "/api/v1/keys"));
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        await using var command = database.CreateCommand("ALTER TABLE access.sessions RENAME TO sessions_away");
        await command.ExecuteNonQueryAsync(Cancel);
        // Looked at anew.
        Assert.Equal(HttpStatusCode.Created, await admin.AskAsync(HttpMethod.Post, "/api/v1/keys", s_key));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await fresh.AskAsync(HttpMethod.Get, "/api/v1/keys"));
    }

    private static async Task<HttpStatusCode> AskWithAsync(WebHost host, string cookies, string path)
    {
#pragma warning disable RS0030 // A test's own client, with cookies that are not its own.
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = host.Address };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Add("Cookie", cookies);
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        return answer.StatusCode;
    }
}
