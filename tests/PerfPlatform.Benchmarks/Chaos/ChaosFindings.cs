using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Npgsql;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>What is asked once the faults are over.</summary>
internal sealed class ChaosFindings(ChaosSystem system)
{
    private static readonly TimeSpan FindLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How many samples each replica that answers questions finds, once it finds all or the time is over: Analysis has them, Web asks Analysis.</summary>
    public async Task<IReadOnlyDictionary<string, long>> FoundAsync(ChaosLoad load)
    {
        var found = new Dictionary<string, long>();
        foreach (var service in new[] { "analysis", "web" })
        {
            var addresses = system.Addresses(service);
            for (var i = 0; i < addresses.Count; i++) found[$"{service} {i + 1}"] = await WaitAsync(() => CountAsync(addresses[i], load), count => count == load.Acknowledged);
        }

        return found;
    }

    /// <summary>Which acknowledged samples a replica does not find: how many of each second, and of which series one of them is.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(ChaosLoad load)
    {
        var missing = new List<(long Time, string Series)>();
        var from = load.Start.ToUnixTimeMilliseconds();
        for (var sender = 0; sender < load.Times.Count; sender++)
        {
            for (var n = 0; n < ChaosLoad.SeriesOfOne; n++)
            {
                var address = new Uri(system.Addresses("analysis")[0], $"/api/v1/query?metric={ChaosLoad.Metric}&match=sender={sender}&match=n={n}&from={from}&to={from + 7_200_000}");
                var series = (await system.Client.GetFromJsonAsync<JsonElement>(address)).GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("times").EnumerateArray());
                missing.AddRange(load.Times[sender].Except(series.Select(t => t.GetInt64())).Select(time => (time, $"sender {sender}, n {n}")));
            }
        }

        return [.. missing.GroupBy(m => m.Time / 1000).OrderBy(g => g.Key).Select(g => $"{DateTimeOffset.FromUnixTimeSeconds(g.Key):HH:mm:ss}: {g.Count()} samples are missing, such as that of {g.First().Series}")];
    }

    /// <summary>How many partitions somebody has who is alive.</summary>
    public Task<long> OwnersAsync() => WaitAsync(
        async () =>
        {
            await using var source = NpgsqlDataSource.Create((await system.App.Application.GetConnectionStringAsync("metrics"))!);
            await using var command = source.CreateCommand(
                "SELECT count(*) FROM metrics.partition_lease l JOIN metrics.lease_member m ON m.owner = l.owner WHERE l.expires > clock_timestamp() AND m.seen > clock_timestamp() - interval '6 seconds'");
            return (long)(await command.ExecuteScalarAsync())!;
        },
        owned => owned == ChaosSystem.Partitions);

    /// <summary>How many episodes were told once, as soon as all were or the time is over.</summary>
    public static Task<long> ToldOnceAsync(ChaosAlerts alerts) => WaitAsync(() => Task.FromResult((long)alerts.ToldOnce), told => told == alerts.Episodes);

    /// <summary>How many alerts of the rule there are, told or not: as many as there were episodes.</summary>
    public Task<long> AlertsAsync(ChaosAlerts alerts) => WaitAsync(
        async () =>
        {
            var page = await system.Client.GetFromJsonAsync<JsonElement>(new Uri(system.Addresses("web")[0], $"/api/v1/alerts?limit=1000&match=alertname={ChaosAlerts.Rule}"));
            return page.GetProperty("items").GetArrayLength();
        },
        rows => rows == alerts.Episodes);

    private async Task<long> CountAsync(Uri address, ChaosLoad load)
    {
        var from = load.Start.ToUnixTimeMilliseconds();
        var answer = await system.Client.GetFromJsonAsync<JsonElement>(new Uri(address, $"/api/v1/query?metric={ChaosLoad.Metric}&from={from}&to={from + 7_200_000}&step=1h&agg=count&by=&reduce=sum"));
        return answer.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray())
            .Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => (long)v.GetDouble());
    }

    private static async Task<long> WaitAsync(Func<Task<long>> ask, Func<long, bool> isRight)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            long answer = -1;
            try
            {
                answer = await ask();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // None is no right one.
            }

            if (isRight(answer) || Stopwatch.GetElapsedTime(start) > FindLimit) return answer;
            await Task.Delay(Pause);
        }
    }
}
