using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Npgsql;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>
/// The distributed form with two of each service that can have several, under load, and a fault every few seconds: afterwards every acknowledged sample must be found through
/// every replica, each alert told once firing and once resolved, every partition in one hand, and all healthy within 30 s.
/// </summary>
internal static class ChaosBenchmark
{
    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongRecovery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FindLimit = TimeSpan.FromMinutes(2);
    private const string LogFile = "artifacts/bench/chaos.log";
    private static readonly string[] Services = ["ingestion", "analysis", "alerting", "reports", "web"];

    /// <summary>Returns whether everything held.</summary>
    public static async Task<bool> RunAsync(ChaosSettings settings, CancellationToken cancellationToken)
    {
        await using var app = new DistributedApp
        {
            WithAgent = false,
            WithDashboard = false,
            Settings = ["Replicas:ingestion=2", "Replicas:analysis=2", "Replicas:alerting=2"],
            Environment = new Dictionary<string, string> { ["Messaging__Partitions"] = "16", ["Logging__LogLevel__Default"] = "Warning", ["Alerting__DefaultRules"] = "false" },
        };
        Say("starting two of each service");
        await app.StartedAsync();
        await using var replicas = new Replicas(app.Application);
#pragma warning disable RS0030 // Clients of loopback addresses.
        using var intake = new HttpClient { BaseAddress = app.Addresses["ingestion"] };
#pragma warning restore RS0030
        intake.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", app.Key);
        var sender = new PatientSender(intake);
        await using var alerts = await ChaosAlerts.StartAsync(app.Client, sender);
        using var load = new ChaosLoad(sender, "chaos.load", settings.Rate);
        load.Begin();
        alerts.Begin();

        var random = new Random(settings.Seed);
        var started = TimeProvider.System.GetTimestamp();
        var recoveries = new List<(Fault Fault, TimeSpan Recovery)>();
        await Task.Delay(settings.Every, cancellationToken);
        while (TimeProvider.System.GetElapsedTime(started) < settings.Duration)
        {
            var fault = Fault.Next(random, settings.Faults);
            var turn = Task.Delay(settings.Every, cancellationToken);
            var before = load.Acknowledged;
            await DoAsync(app, replicas, fault);
            var recovery = await RecoveryAsync(app, FindLimit);
            recoveries.Add((fault, recovery));
            Say($"{TimeProvider.System.GetElapsedTime(started):mm\\:ss} {fault}: healthy {recovery.TotalSeconds:0.0} s after it; acknowledged meanwhile {load.Acknowledged - before}");
            await turn;
        }

        await load.EndAsync();
        await alerts.EndAsync();
        var healed = await RecoveryAsync(app, HealLimit);
        var found = await FoundAsync(app, load, cancellationToken);
        var owners = await OwnersAsync(app);
        await Wait.ForAsync("every alert told", () => Task.FromResult(alerts.ToldOnce), told => told == alerts.Episodes, FindLimit).ContinueWith(static _ => { }, TaskScheduler.Default);

        foreach (var group in recoveries.GroupBy(r => r.Fault.Kind + " " + r.Fault.Target).OrderBy(g => g.Key, StringComparer.Ordinal))
            Say($"  {group.Key,-20} {group.Count(),3} times, healthy again after {group.Average(r => r.Recovery.TotalSeconds):0.0} s on average, {group.Max(r => r.Recovery.TotalSeconds):0.0} s at most");
        foreach (var other in alerts.Others) Say("  " + other);
        var held = found.All(f => f == load.Acknowledged) && found.Count >= 2 && alerts.ToldOnce == alerts.Episodes && owners == 16 && healed < HealLimit;
        Say($"  refused requests, sent again: {sender.Refused}; partitions with one owner: {owners}; found through each replica: {string.Join(", ", found)}; healthy {healed.TotalSeconds:0.0} s after the last");
        if (!held)
        {
            await File.WriteAllTextAsync(LogFile, app.Logs(), CancellationToken.None);
            Say($"  what the services wrote: {LogFile}");
        }

        Say($"chaos seed {settings.Seed}: acknowledged {load.Acknowledged} found {found.DefaultIfEmpty().Min()}, alerts {alerts.Episodes} told once {alerts.ToldOnce}, {(healed < HealLimit ? "all healthy" : "not all healthy")}");
        return held;
    }

    private static async Task DoAsync(DistributedApp app, Replicas replicas, Fault fault)
    {
        var all = replicas.Of(fault.Target);
        var target = all[(int)(fault.Replica * all.Count)];
        if (fault.Kind == "stop")
        {
            replicas.Freeze(target);
            await Task.Delay(fault.Time);
            replicas.Thaw(target);
            return;
        }

        await replicas.KillAsync(target);
        if (fault.Kind == "redis-empty") Directory.Delete(Path.Combine(app.Data, "redis-server", "appendonlydir"), recursive: true);

        await Task.Delay(fault.Time);
        await replicas.StartAsync(target);
    }

    /// <summary>How long it takes until every service says that it is healthy, through whichever replica; what kept one from it for long is told.</summary>
    private static async Task<TimeSpan> RecoveryAsync(DistributedApp app, TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var client = app.CreateClient(null);
        foreach (var service in Services)
        {
            var (why, whyAt) = ("", TimeSpan.Zero);

            // Twice, for each of two.
            for (var healthy = 0; healthy < 2;)
            {
                healthy = await IsHealthyAsync(client, app.Addresses[service]) ? healthy + 1 : 0;
                if (healthy > 0) continue;
                var elapsed = TimeProvider.System.GetElapsedTime(start);
                if (elapsed > limit) break;
                if (elapsed > LongRecovery) (why, whyAt) = (await HealthAsync(app, service), elapsed);
                await Task.Delay(100);
            }

            if (why.Length > 0) Say($"      {service} after {whyAt.TotalSeconds:0.0} s: {why}");
        }

        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task<string> HealthAsync(DistributedApp app, string service)
    {
        using var client = app.CreateClient(app.Key);
        try
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri(app.Addresses[service], "/health")));
            return string.Join("; ", answer.RootElement.GetProperty("checks").EnumerateObject()
                .Where(c => c.Value.GetProperty("status").GetString() != "Healthy").Select(c => $"{c.Name}: {c.Value.GetProperty("description").GetString()}"));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return e.Message;
        }
    }

    private static async Task<bool> IsHealthyAsync(HttpClient client, Uri address)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            return await client.GetStringAsync(new Uri(address, "/health"), limit.Token) == "Healthy";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>How many samples each replica of Analysis finds, once it finds all or the time is over.</summary>
    private static async Task<List<long>> FoundAsync(DistributedApp app, ChaosLoad load, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        await using var source = await SourceAsync(app);
        await using var command = source.CreateCommand("SELECT address FROM metrics.lease_member WHERE seen > clock_timestamp() - interval '6 seconds'");
        var addresses = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) addresses.Add(reader.GetString(0));
        }

        using var client = app.CreateClient(app.Key);
        foreach (var address in addresses)
        {
            long count = -1;
            var start = TimeProvider.System.GetTimestamp();
            while (count != load.Acknowledged && TimeProvider.System.GetElapsedTime(start) < FindLimit)
            {
                count = await CountAsync(client, address, load);
                if (count != load.Acknowledged) await Task.Delay(500, cancellationToken);
            }

            if (count != load.Acknowledged) Say($"  {address} finds {count} of {load.Acknowledged}");
            found.Add(count);
        }

        return found;
    }

    private static async Task<long> CountAsync(HttpClient client, string address, ChaosLoad load)
    {
        try
        {
            var from = load.Start.ToUnixTimeMilliseconds();
            using var answer = JsonDocument.Parse(await client.GetStringAsync($"{address}/api/v1/query?metric=chaos.load&from={from}&to={from + 7_200_000}&step=1h&agg=count&by=&reduce=sum"));
            return answer.RootElement.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray())
                .Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => (long)v.GetDouble());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>How many partitions somebody has who is alive.</summary>
    private static async Task<long> OwnersAsync(DistributedApp app)
    {
        await using var source = await SourceAsync(app);
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM metrics.partition_lease l JOIN metrics.lease_member m ON m.owner = l.owner WHERE l.expires > clock_timestamp() AND m.seen > clock_timestamp() - interval '6 seconds'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<NpgsqlDataSource> SourceAsync(DistributedApp app) => NpgsqlDataSource.Create((await app.Application.GetConnectionStringAsync("metrics"))!);

    private static void Say(string text) => Console.WriteLine(text);
}
