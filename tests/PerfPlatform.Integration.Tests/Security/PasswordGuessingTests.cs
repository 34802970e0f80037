using System.Net;
using PerfPlatform.Integration.Tests.Web;
using Xunit;

namespace PerfPlatform.Integration.Tests.Security;

/// <summary>Who guesses is slowed down, whoever the name is; who knows the password is not shut out by that.</summary>
public sealed class PasswordGuessingTests(ServersFixture servers)
{
    private const string Stranger = "127.0.0.9";

    [Fact]
    public async Task TwoHundredAtOnce_AtTwoReplicas_NoMoreAreLookedAtThanMayBe_AndTheRightOneIsNotLetInWhileLocked()
    {
        await using var host = await WebHost.StartAsync(servers);
        await using var replica = await WebHost.StartAsync(servers, before: host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var visitor = new Visitor(i % 2 == 0 ? host : replica);
            return await visitor.SignInAsync("admin", "guess number " + i);
        }));
        // The fifth brings the lock, and is told so.
        Assert.Equal(4, answers.Count(a => a == HttpStatusCode.Unauthorized));
        Assert.Equal(196, answers.Count(a => a == HttpStatusCode.TooManyRequests));
        using var late = new Visitor(replica);
        Assert.Equal(HttpStatusCode.TooManyRequests, await late.SignInAsync("admin", WebHost.Password));
    }

    [Fact]
    public async Task Locked_FromOneAddress_LetsTheAdministratorInFromAnother()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var stranger = new Visitor(host, Stranger);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GuessAsync(stranger, "admin", 6))[^1]);
        Assert.Equal(HttpStatusCode.TooManyRequests, await stranger.SignInAsync("admin", WebHost.Password));
        using var admin = new Visitor(host);
        Assert.Equal(HttpStatusCode.Redirect, await admin.SignInAsync("admin", WebHost.Password));
        // Nor did that let the stranger in.
        Assert.Equal(HttpStatusCode.TooManyRequests, await stranger.SignInAsync("admin", WebHost.Password));
    }

    [Fact]
    public async Task Locked_AtTheOwnAddress_LetsAKnownDeviceIn_WhichHasTriesOfItsOwn()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var admin = await Visitor.SignedInAsync(host);
        await admin.SignOutAsync();
        using var stranger = new Visitor(host);
        await GuessAsync(stranger, "admin", 6);
        Assert.Equal(HttpStatusCode.Redirect, await admin.SignInAsync("admin", WebHost.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GuessAsync(admin, "admin", 6))[^1]);
        // The device of one is no device of another.
        Assert.Equal(HttpStatusCode.Unauthorized, await admin.SignInAsync("eve", "guess number 1"));
    }

    [Fact]
    public async Task Names_KnownOrNot_GetTheSameAnswers()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var one = new Visitor(host, Stranger);
        using var other = new Visitor(host, "127.0.0.10");
        Assert.Equal(await GuessAsync(one, "admin", 7), await GuessAsync(other, "nobody-of-this-name", 7));
    }

    [Fact]
    public async Task ForwardedFor_OfAProxyThatIsTrusted_TellsVisitorsApart()
    {
        await using var host = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_TRUSTED_PROXIES"] = "127.0.0.9, 10.0.0.0/8" });
        using var stranger = new Visitor(host, Stranger, "198.51.100.1");
        await GuessAsync(stranger, "admin", 6);
        using var admin = new Visitor(host, Stranger, "198.51.100.2");
        Assert.Equal(HttpStatusCode.Redirect, await admin.SignInAsync("admin", WebHost.Password));
    }

    [Fact]
    public async Task ForwardedFor_OfAnybodyElse_IsNotBelieved()
    {
        await using var host = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_TRUSTED_PROXIES"] = "10.0.0.0/8" });
        HttpStatusCode last = default;
        for (var i = 0; i < 6; i++)
        {
            using var stranger = new Visitor(host, Stranger, "198.51.100." + i);
            last = await stranger.SignInAsync("admin", "guess number " + i);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    private static async Task<List<HttpStatusCode>> GuessAsync(Visitor visitor, string name, int times)
    {
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++) answers.Add(await visitor.SignInAsync(name, "guess number " + i));
        return answers;
    }
}
