using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using PerfPlatform.Standalone.Servers;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>A product with something of everything, backed up while samples come, and restored where nothing was.</summary>
public sealed class BackupTests
{
    private const string Flow = "backup.flow";

    // Whole minutes, some time ago: nothing comes to this window any more.
    private readonly long _start = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 - 30) * 60_000;

    [Fact]
    public async Task Restore_OfABackupMadeWhileSamplesCame_AnswersAsBeforeAndGoesOn()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var empty = await StandaloneFolder.CreateAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var file = Path.Combine(Path.GetDirectoryName(folder.Path)!, "all.backup");
        Dictionary<string, string> answers;
        string readKey, report, webhook;
        byte[] download;
        Guid epoch;
        int before, acknowledged;

        await using (var product = StandaloneProcess.Start(folder.Path))
        {
            await product.ReadyAsync();
            using var client = Client(product.Address, StandaloneProcess.Key);
            await WriteAsync(client, Load());
            webhook = Id(await SendAsync(client, HttpMethod.Post, "api/v1/webhooks", new { name = "told", url = receiver.Address, secret = WebhookReceiver.Secret, groupWait = "0s" }));
            await SendAsync(client, HttpMethod.Post, "api/v1/alerts/rules", new { name = "High level", metric = "backup.level", agg = "last", window = "10m", threshold = 10, severity = "critical" });
            await SendAsync(client, HttpMethod.Post, "api/v1/alerts/silences", new { matchers = new[] { "alertname=Other" }, endsAt = TimeProvider.System.GetUtcNow().AddDays(1) });
            await SendAsync(client, HttpMethod.Post, "api/v1/users", new { name = "eve", password = "first-password", role = "viewer" });
            readKey = (await SendAsync(client, HttpMethod.Post, "api/v1/keys", new { name = "reader", scopes = new[] { "read" } })).GetProperty("key").GetString()!;
            await SendAsync(client, HttpMethod.Put, "api/v1/health/components/queue", new { probe = new { kind = "heartbeat" }, interval = "1m" });
            await SendAsync(client, HttpMethod.Post, "api/v1/scrape/targets", new { job = "node", target = "127.0.0.1:1", interval = "1h", bearerToken = "sealed" });
            await WriteAsync(client, [Sample("backup.level", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 20)]);
            await receiver.NextAsync("alert.firing", TimeSpan.FromSeconds(60));
            report = Id(await SendAsync(client, HttpMethod.Post, "api/v1/reports", new { kind = "performance", from = _start, to = _start + 600_000, format = "html" }));
            await Wait.ForAsync("the report", () => client.GetFromJsonAsync<JsonElement>("api/v1/reports/" + report), r => r.GetProperty("status").GetString() == "done");
            download = await client.GetByteArrayAsync($"api/v1/reports/{report}/download");

            using var stop = new CancellationTokenSource();
            var written = 0;
            var writing = Task.Run(async () =>
            {
                for (; !stop.IsCancellationRequested; written++) await WriteAsync(client, [Sample(Flow, _start + written, written)]);
            });
            await Wait.ForAsync("samples come", () => Volatile.Read(ref written) > 20 || writing.IsCompleted);
            before = Volatile.Read(ref written);
            var backup = await StandaloneCommand.RunAsync(["backup", file], ("PERFPLATFORM_DATA", folder.Path));
            await stop.CancelAsync();
            await writing;
            acknowledged = written;
            Assert.True(backup.ExitCode == 0, backup.Said);
            Assert.EndsWith(": " + file, backup.Said, StringComparison.Ordinal);
            answers = await AnswersAsync(client);
            epoch = await EpochAsync(folder.Path);
        }

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var restore = await StandaloneCommand.RunAsync(["restore", file], ("PERFPLATFORM_DATA", empty.Path));
        Assert.True(restore.ExitCode == 0, restore.Said);

        await using var restored = StandaloneProcess.Start(empty.Path, settings: ("PERFPLATFORM_API_KEY", ""));
        await restored.ReadyAsync();
        Assert.DoesNotContain("First start", restored.Output, StringComparison.Ordinal);
        using var again = Client(restored.Address, StandaloneProcess.Key);
        foreach (var (question, answer) in await AnswersAsync(again)) Assert.Equal((question, answers[question]), (question, answer));
        Assert.Equal(download, await again.GetByteArrayAsync($"api/v1/reports/{report}/download"));
        using (var reader = Client(restored.Address, readKey)) await reader.GetStringAsync("api/v1/metrics");
        // Its secret is sealed under the installation's, and the receiver verifies what is signed with it.
        await SendAsync(again, HttpMethod.Post, $"api/v1/webhooks/{webhook}/test", new { });
        await receiver.NextAsync("test", TimeSpan.FromSeconds(60));

        // The snapshot's: a beginning of what was sent one after another, with all that was acknowledged before it.
        var flow = await ValuesAsync(again, Flow);
        Assert.InRange(flow.Count, before, acknowledged);
        Assert.Equal(Enumerable.Range(0, flow.Count).Select(n => (double)n), flow);

        // Known series and new ones.
        Assert.NotEqual(epoch, await EpochAsync(empty.Path));
        await WriteAsync(again, [Sample(Flow, _start + flow.Count, -1), Sample("backup.new", _start, 7)]);
        Assert.Equal([.. flow, -1], await ValuesAsync(again, Flow));
        Assert.Equal([7], await ValuesAsync(again, "backup.new"));
        Assert.Equal(answers["Load"], (await AnswersAsync(again))["Load"]);
    }

    /// <summary>What is asked before and after: queries of a window that is over, and everything that people have set.</summary>
    private async Task<Dictionary<string, string>> AnswersAsync(HttpClient client)
    {
        var window = $"from={_start}&to={_start + 600_000}";
        var answers = new Dictionary<string, string>
        {
            ["Load"] = await client.GetStringAsync($"api/v1/query?metric=backup.load&{window}"),
            ["Load by host"] = await client.GetStringAsync($"api/v1/query?metric=backup.load&{window}&step=1m&agg=max&by=host.name&reduce=sum"),
            ["95th"] = await client.GetStringAsync($"api/v1/query?metric=backup.load&{window}&step=5m&agg=p95"),
            ["Rate"] = await client.GetStringAsync($"api/v1/query?metric=backup.load&{window}&step=1m&fn=increase"),
        };
        foreach (var (path, properties) in new (string, string[])[]
        {
            ("metrics?search=backup.l", ["name", "kind", "unit", "series"]),
            ("series?metric=backup.load", ["id", "metric", "labels", "unit", "kind"]),
            ("alerts/rules?limit=1000", ["id", "name", "metric", "agg", "window", "condition", "threshold", "severity", "enabled"]),
            ("alerts/silences", ["id", "matchers", "startsAt", "endsAt"]),
            ("alerts?limit=1000", ["id", "ruleId", "fingerprint", "name", "labels", "firingSince"]),
            ("webhooks", ["id", "name", "url", "groupWait"]),
            ("users", ["id", "name", "role"]),
            ("keys", ["id", "name", "scopes", "createdAt"]),
            ("health/components", ["name", "probe", "dependsOn"]),
            ("scrape/targets", ["id", "job", "target"]),
            ("reports", ["id", "kind", "format", "status"]),
        })
        {
            var items = (await client.GetFromJsonAsync<JsonElement>("api/v1/" + path)).GetProperty("items").EnumerateArray().ToList();
            Assert.NotEmpty(items);
            answers[path] = string.Join('\n', items.Select(i => string.Join(' ', properties.Select(p => i.TryGetProperty(p, out var value) ? value.GetRawText() : "-"))).Order(StringComparer.Ordinal));
        }

        return answers;
    }

    private IEnumerable<object> Load()
    {
        string[] hosts = ["web-1", "zoë \"the\\second\"\n{a=b}", "値 😀"];
        foreach (var host in hosts)
        {
            for (var i = 0; i < 600; i++) yield return new { metric = "backup.load", labels = new Dictionary<string, string> { ["host.name"] = host, ["disk"] = "" + (i % 2) }, time = _start + (i * 1000), value = (double)i };
        }
    }

    private static object Sample(string metric, long time, double value) => new { metric, labels = new Dictionary<string, string> { ["host.name"] = "web-1" }, time, value };

    private static async Task WriteAsync(HttpClient client, IEnumerable<object> samples)
    {
        var answer = await SendAsync(client, HttpMethod.Post, "api/v1/samples", new { samples });
        Assert.Empty(answer.GetProperty("rejected").EnumerateArray());
    }

    private static async Task<List<double>> ValuesAsync(HttpClient client, string metric)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"api/v1/query?metric={metric}&from=now-1h&to=now");
        return [.. answer.GetProperty("series").EnumerateArray().Single().GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default;
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;

    private static HttpClient Client(Uri address, string key)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<Guid> EpochAsync(string folder)
    {
        var server = new PostgresServer(new ServerOptions { Programs = TestPrograms.Programs, DataFolder = folder });
        Assert.True(await server.FindAsync(CancellationToken.None));
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        await using var command = source.CreateCommand("SELECT epoch FROM metrics.registry");
        return (Guid)(await command.ExecuteScalarAsync())!;
    }
}
