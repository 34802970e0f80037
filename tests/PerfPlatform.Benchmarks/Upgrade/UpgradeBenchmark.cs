using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Benchmarks.Chaos;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Upgrade;

/// <summary>
/// The distributed form of an older version under load, replaced by this one service by service: afterwards every acknowledged sample must be found, each alert told once
/// firing and once resolved, the schema be this version's, and nobody have seen an error page.
/// </summary>
internal static class UpgradeBenchmark
{
    private const int Senders = 4;
    private static readonly TimeSpan FindLimit = TimeSpan.FromMinutes(2);

    /// <summary>Returns whether everything held.</summary>
    public static async Task<bool> RunAsync(UpgradeSettings settings, CancellationToken cancellationToken)
    {
        var old = await OldVersion.BuildAsync(settings.From, MixedServices.Projects, cancellationToken);
        await using var services = new MixedServices();
        Say($"starting {settings.From}");
        await services.StartAsync(old);
        var migrations = await services.MigrationsAsync();

        using var http = Client(null);
        using var web = Client(services.Web);
        PatientSender[] senders = [.. Enumerable.Range(0, Senders).Select(_ => new PatientSender(http, () => [services.Ingestion]))];
        await using var alerts = await ChaosAlerts.StartAsync(web, new PatientSender(http, () => [services.Ingestion]));
        using var load = new ChaosLoad(senders, settings.Rate);
        using var asker = new PageAsker(services.Web, MixedServices.Key);
        load.Begin();
        alerts.Begin();
        await Task.Delay(settings.Between, cancellationToken);
        asker.Begin();
        foreach (var project in MixedServices.Projects)
        {
            asker.Phase = Path.GetFileName(project);
            var refused = senders.Sum(s => s.Refused);
            var took = await services.ReplaceAsync(project, Repository.Root);
            asker.IsNew = project == MixedServices.Projects[^1];
            Say($"  {asker.Phase,-22} healthy as the new version after {took.TotalSeconds:0.0} s; requests refused meanwhile and sent again: {senders.Sum(s => s.Refused) - refused}");
            await Task.Delay(settings.Between, cancellationToken);
        }

        foreach (var project in MixedServices.Projects) await services.HealthyAsync(project);
        await load.EndAsync();
        await alerts.EndAsync();
        await asker.EndAsync();
        var found = await FoundAsync(web, load, cancellationToken);
        var told = await ChaosFindings.ToldOnceAsync(alerts);
        var changes = await services.MigrationsAsync() - migrations;

        foreach (var other in alerts.Others) Say("  " + other);
        foreach (var (what, count) in asker.Errors) Say($"  error while replacing {what}: {count} times");
        var errors = asker.Errors.Sum(e => e.Count);
        Say($"  questions answered {asker.Answered}, asked to come again {asker.Later}, 502 of the old front end {asker.BadGateways}");
        Say($"upgrade from {settings.From}: acknowledged {load.Acknowledged} found {found}, alerts {alerts.Episodes} told once {told}, errors {errors}, schema changes {changes}");
        return found == load.Acknowledged && told == alerts.Episodes && errors == 0;
    }

    private static async Task<long> FoundAsync(HttpClient web, ChaosLoad load, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var count = await CountAsync(web, load);
            if (count == load.Acknowledged || TimeProvider.System.GetElapsedTime(start) > FindLimit) return count;
            await Task.Delay(500, cancellationToken);
        }
    }

    private static async Task<long> CountAsync(HttpClient web, ChaosLoad load)
    {
        try
        {
            var from = load.Start.ToUnixTimeMilliseconds();
            using var answer = JsonDocument.Parse(await web.GetStringAsync($"/api/v1/query?metric={ChaosLoad.Metric}&from={from}&to={from + 7_200_000}&step=1h&agg=count&by=&reduce=sum"));
            return answer.RootElement.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray())
                .Where(v => v.ValueKind == JsonValueKind.Number).Sum(v => (long)v.GetDouble());
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return -1;
        }
    }

    private static HttpClient Client(Uri? address)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MixedServices.Key);
        return client;
    }

    private static void Say(string text) => Console.WriteLine(text);
}
