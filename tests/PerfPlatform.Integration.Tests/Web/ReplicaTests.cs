using System.Net;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>Two replicas of the web front end.</summary>
public sealed class ReplicaTests(ServersFixture servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_RedisCameBackEmpty_HoldsAtAReplicaThatStartedThen()
    {
        await using var first = await WebHost.StartAsync(servers);
        using var client = await first.AdministratorAsync();
        var page = await client.GetStringAsync("/hosts", Cancel);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(first.Redis + ",allowAdmin=true")) await redis.GetDatabase().ExecuteAsync("FLUSHDB");
        await using var second = await WebHost.StartAsync(servers, before: first);

        // A browser sends the cookie to any port of the address.
        using var other = await client.GetAsync(new Uri(second.Address, "/hosts"), Cancel);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        // The form of a page of the first, sent to the second.
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = WebHost.Token().Match(page).Groups[1].Value });
        using var signedOut = await client.PostAsync(new Uri(second.Address, "/sign-out"), form, Cancel);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        using var after = await client.GetAsync("/api/v1/keys", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }
}
