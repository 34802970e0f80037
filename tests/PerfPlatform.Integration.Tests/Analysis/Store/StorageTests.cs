using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Contracts.Access;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What the store says that it takes on disk, against what the database says.</summary>
public sealed class StorageTests(ServersFixture servers)
{
    private static readonly Uri Path = new("/api/v1/admin/storage", UriKind.Relative);

    [Fact]
    public async Task Storage_BeforeAndAfterMerging_TellsWhatIsThere()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00"));
        using var admin = store.Client(Scopes.Admin);
        var empty = JsonDocument.Parse(await admin.GetStringAsync(Path)).RootElement;
        Assert.Equal((0, JsonValueKind.Null), (empty.GetProperty("samples").GetInt64(), empty.GetProperty("bytesPerSample").ValueKind));

        var time = TimeProvider.System.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        for (var i = 0; i < 4; i++)
        {
            await store.WriteAsync("requests", "web-1", (time + (i * 1000), i), (time + (i * 1000) + 1, i));
            await store.FlushAsync();
        }

        var before = JsonDocument.Parse(await admin.GetStringAsync(Path)).RootElement;
        Assert.Equal((4, 8, 1, 1), (before.GetProperty("segments").GetInt64(), before.GetProperty("samples").GetInt64(), before.GetProperty("series").GetInt32(), before.GetProperty("compaction").GetProperty("hoursBehind").GetInt32()));
        Assert.Equal(time, before.GetProperty("oldestSample").GetDateTimeOffset().ToUnixTimeMilliseconds());
        var segment = before.GetProperty("tables").EnumerateArray().Single(t => t.GetProperty("table").GetString() == "segment");
        var size = (long)(await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT hypertable_size('metrics.segment')"))!;
        Assert.Equal(("raw", size), (segment.GetProperty("tier").GetString(), segment.GetProperty("totalBytes").GetInt64()));
        Assert.Equal(size / 8.0, before.GetProperty("bytesPerSample").GetDouble());
        Assert.Equal(172_800, before.GetProperty("rawRetentionSeconds").GetDouble());

        Assert.Equal([("raw", 4, 172_800), ("1m", 0, 2_592_000), ("1h", 0, 34_560_000)], Tiers(before).Select(t => (t.Tier, t.Rows, t.Retention)));
        Assert.Equal([size / 8.0, null, null], Tiers(before).Select(t => t.BytesPerSample));

        await store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);
        var after = JsonDocument.Parse(await admin.GetStringAsync(Path)).RootElement;
        Assert.Equal((1, 8, 0), (after.GetProperty("segments").GetInt64(), after.GetProperty("samples").GetInt64(), after.GetProperty("compaction").GetProperty("hoursBehind").GetInt32()));
        foreach (var (tier, rows, _, bytes, bytesPerSample) in Tiers(after))
        {
            Assert.Equal(1, rows);
            var table = tier == "raw" ? "segment" : $"rollup_{tier}";
            Assert.Equal(await DurabilityTests.ScalarAsync(database.ConnectionString, $"SELECT hypertable_size('metrics.{table}')"), bytes);
            Assert.Equal(bytes / 8.0, bytesPerSample);
        }

        Assert.Equal(after.GetProperty("totalBytes").GetInt64(), after.GetProperty("tables").EnumerateArray().Sum(t => t.GetProperty("totalBytes").GetInt64()));
    }

    private static List<(string Tier, long Rows, double Retention, long Bytes, double? BytesPerSample)> Tiers(JsonElement storage) =>
    [
        .. storage.GetProperty("tiers").EnumerateArray().Select(t => (
            t.GetProperty("tier").GetString()!, t.GetProperty("rows").GetInt64(), t.GetProperty("retentionSeconds").GetDouble(), t.GetProperty("bytes").GetInt64(),
            t.GetProperty("bytesPerSample").ValueKind == JsonValueKind.Null ? (double?)null : t.GetProperty("bytesPerSample").GetDouble())),
    ];

    [Fact]
    public async Task Storage_WithoutTheScope_IsForbidden()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var reader = store.Client(Scopes.Read);

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(Path)).StatusCode);
    }
}
