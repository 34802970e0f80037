using System.Text.Json;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The live feed as a script reads it.</summary>
public sealed class LiveEndpointTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;

    [Fact]
    public async Task Live_Reader_GetsSnapshotThenPointsAndNewSeries()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();
        await store.WriteAsync("queue.size", "web-1", (Start, 1));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await http.GetAsync(new Uri("/api/v1/live?metric=queue.size", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));

        var (name, snapshot) = await NextAsync(reader, limit.Token);
        Assert.Equal("snapshot", name);
        Assert.Equal(1, Assert.Single(snapshot.GetProperty("items").EnumerateArray()).GetProperty("value").GetDouble());

        await store.WriteAsync("other", "web-1", (Start, 5));
        await store.WriteAsync("queue.size", "web-2", (Start + 1, 2));
        await store.WriteAsync("queue.size", "web-1", (Start + 2, double.NaN));
        var (points, series) = (new List<string>(), new List<string?>());
        while (points.Count < 2)
        {
            (name, var update) = await NextAsync(reader, limit.Token);
            Assert.Equal("points", name);
            points.AddRange(update.GetProperty("points").EnumerateArray().Select(p => p.GetRawText()));
            series.AddRange(update.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("labels").GetProperty("host.name").GetString()));
        }

        Assert.Equal([$"[3,{Start + 1},2]", $"""[1,{Start + 2},"NaN"]"""], points);
        Assert.Equal(["web-2"], series);
    }

    private static async Task<(string Name, JsonElement Data)> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        string? name = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) return (name!, JsonDocument.Parse(line[6..]).RootElement);
        }

        throw new EndOfStreamException("The feed ended.");
    }
}
