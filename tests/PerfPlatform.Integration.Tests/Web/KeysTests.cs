using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using PerfPlatform.Web.Access.Bootstrap;
using PerfPlatform.Web.Access.Keys;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>API keys, from the request to the record that services read.</summary>
public sealed class KeysTests(ServersFixture servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_WithScopes_WorksAtOnceAndIsPublishedHashed()
    {
        await using var host = await WebHost.StartAsync(servers);
        var key = await host.KeyAsync("admin");
        using var client = host.Client(key);
        using var answer = await client.GetAsync("/api/v1/keys", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(key, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var records = await host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().HashGetAllAsync(ApiKeyRecord.RedisKey);
        var record = Assert.Single(records, r => r.Name == key.Split('_')[1]).Value.ToString();
        Assert.DoesNotContain(key.Split('_')[2], record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithLimits_ShowsAndPublishesThem()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = await host.AdministratorAsync();
        using var created = await client.PostAsJsonAsync("/api/v1/keys", new { name = "limited", scopes = new[] { "ingest" }, maxSeries = 5, maxSamplesPerRequest = 100, maxBodyBytes = 4096 }, Cancel);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        var shown = (await client.GetFromJsonAsync<JsonElement>("/api/v1/keys", Cancel)).GetProperty("items").EnumerateArray().Single(k => k.GetProperty("id").GetString() == id);
        var published = await host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().HashGetAsync(ApiKeyRecord.RedisKey, id);
        foreach (var key in new[] { shown, JsonDocument.Parse(published.ToString()).RootElement })
            Assert.Equal((5, 100, 4096), (key.GetProperty("maxSeries").GetInt32(), key.GetProperty("maxSamplesPerRequest").GetInt32(), key.GetProperty("maxBodyBytes").GetInt32()));
    }

    [Fact]
    public async Task Create_WithoutAdminScope_Is403()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client(await host.KeyAsync("read", "write", "ingest"));
        using var answer = await client.PostAsJsonAsync("/api/v1/keys", new { name = "more", scopes = new[] { "admin" } }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("'admin'", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_KeyInUse_Is401FromThenOn()
    {
        await using var host = await WebHost.StartAsync(servers);
        var key = await host.KeyAsync("admin");
        using var administrator = await host.AdministratorAsync();
        using var revoked = await administrator.DeleteAsync($"/api/v1/keys/{key.Split('_')[1]}", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var client = host.Client(key);
        await Wait.ForAsync("the key is refused", async () =>
        {
            using var answer = await client.GetAsync("/api/v1/keys", Cancel);
            return answer.StatusCode;
        }, status => status == HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["read"]}""", "'name'")]
    [InlineData("""{"name":"x","scopes":[]}""", "'scopes'")]
    [InlineData("""{"name":"x","scopes":["root"]}""", "'root'")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresAt":"2001-01-01T00:00:00Z"}""", "'expiresAt'")]
    [InlineData("""{"name":"x","scopes":["ingest"],"maxSamplesPerRequest":0}""", "'maxSamplesPerRequest'")]
    [InlineData("""{"name":"x","scopes":["ingest"],"maxBodyBytes":1023}""", "'maxBodyBytes'")]
    [InlineData("""{"scopes":["read"]}""", "name")]
    public async Task Create_BadBody_Is400AndSaysWhatToChange(string body, string named)
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = await host.AdministratorAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/api/v1/keys", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstStart_GivenKeyAndPassword_AreTakenAndIngestKeyIsTold()
    {
        const string given = "pp_test_0123456789abcdef";
        await using var host = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_API_KEY"] = given });
        var result = await host.Services.GetRequiredService<AccessBootstrap>().WaitAsync(Wait.Limit);
        Assert.Null(result.AdminPassword);
        Assert.StartsWith("pp_", result.IngestKey, StringComparison.Ordinal);
        using var client = host.Client(given);
        using var answer = await client.GetAsync("/api/v1/audit", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task SecondStart_SameData_MakesNothingAgain()
    {
        await using var first = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_ADMIN_PASSWORD"] = null });
        var made = await first.Services.GetRequiredService<AccessBootstrap>().WaitAsync(Wait.Limit);
        Assert.Equal(20, made.AdminPassword?.Length);
        await using var second = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_ADMIN_PASSWORD"] = null }, before: first);
        Assert.Equal(new BootstrapResult(null, null), await second.Services.GetRequiredService<AccessBootstrap>().WaitAsync(Wait.Limit));
    }

    [Fact]
    public async Task ServiceKey_AskedTwice_IsTheSameAndWorks()
    {
        await using var host = await WebHost.StartAsync(servers);
        var bootstrap = host.Services.GetRequiredService<AccessBootstrap>();
        var key = await bootstrap.ServiceKeyAsync("agent", [Scopes.Admin], Cancel);
        Assert.Equal(key, await bootstrap.ServiceKeyAsync("agent", [Scopes.Admin], Cancel));
        using var client = host.Client(key);
        using var answer = await client.GetAsync("/api/v1/users", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Restart_RedisLostItsData_KeysArePublishedAgain()
    {
        await using var first = await WebHost.StartAsync(servers);
        var key = await first.KeyAsync("admin");
        var database = first.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await database.KeyDeleteAsync(ApiKeyRecord.RedisKey);
        await using var second = await WebHost.StartAsync(servers, before: first);
        Assert.True(await database.HashExistsAsync(ApiKeyRecord.RedisKey, key.Split('_')[1]));
    }

    [Fact]
    public async Task FirstStart_TheGivenKey_Is503UntilItIsKnownAndNever401()
    {
        const string key = "pp_first_0123456789abcdef";
        using var asker = new FirstAsker(key);
        await using var host = await WebHost.StartAsync(servers, new() { ["PERFPLATFORM_API_KEY"] = key }, services => services.AddSingleton<IHostedService>(provider =>
        {
            asker.Begin(provider);
            return asker;
        }));

        Assert.DoesNotContain(HttpStatusCode.Unauthorized, await asker.Answers.WaitAsync(TimeSpan.FromSeconds(60), Cancel));
    }

    [Fact]
    public async Task RedisEmpty_UnknownKey_Is503UntilAllArePublishedAgain()
    {
        await using var host = await WebHost.StartAsync(servers);
        var key = await host.KeyAsync("admin");
        var unknown = "pp_unknown_" + Guid.NewGuid().ToString("N");
        var ring = host.Services.GetRequiredService<KeyRing>();
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(unknown)).Status);

        await host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().KeyDeleteAsync([ApiKeyRecord.RedisKey, ApiKeyRecord.CompleteKey]);
        await ring.RefreshAsync(force: true, Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), await AskAsync(unknown));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(key)).Status);

        Assert.True(await host.Services.GetRequiredService<KeyPublisher>().PublishAsync(null, Cancel));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(unknown)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(key)).Status);

        async Task<(HttpStatusCode Status, string? RetryAfter)> AskAsync(string credential)
        {
            using var client = host.Client(credential);
            using var answer = await client.GetAsync("/api/v1/keys", Cancel);
            return (answer.StatusCode, answer.Headers.RetryAfter?.ToString());
        }
    }
}
