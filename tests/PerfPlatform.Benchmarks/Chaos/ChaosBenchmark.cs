using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Benchmarks.Servers;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>
/// The distributed form with two of each service under load, and a fault every few seconds: afterwards every acknowledged sample must be found through every replica, each alert
/// told once firing and once resolved, every partition in one hand, and all healthy within 30 s.
/// </summary>
internal static class ChaosBenchmark
{
    private const int Senders = 4;
    private const string LogFile = "chaos.log";
    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FindLimit = TimeSpan.FromMinutes(2);

    /// <summary>Returns whether everything held.</summary>
    public static async Task<bool> RunAsync(ChaosSettings settings, CancellationToken cancellationToken)
    {
        Say("starting two of each service");
        await using var system = await ChaosSystem.StartAsync(withDisks: settings.Faults.Contains(Fault.Disk));
        var kinds = settings.Faults;
        if (kinds.Contains(Fault.Disk) && !system.HasDisks)
        {
            kinds = [.. kinds.Where(kind => kind != Fault.Disk)];
            Say($"no file system can be mounted here: '{Fault.Disk}' is left out");
        }

        var senders = Enumerable.Range(0, Senders + 1).Select(_ => new PatientSender(system.Client, () => system.Addresses("ingestion"))).ToList();
        await using var alerts = await ChaosAlerts.StartAsync(system.Client, senders[^1]);
        using var load = new ChaosLoad(senders[..^1], settings.Rate);
        load.Begin();
        alerts.Begin();
        var recoveries = await FaultsAsync(system, load, settings, kinds, cancellationToken);
        await load.EndAsync();
        await alerts.EndAsync();

        var healed = await system.RecoveryAsync(HealLimit);
        var findings = new ChaosFindings(system);
        var found = await findings.FoundAsync(load);
        var owned = await findings.OwnersAsync();
        var told = await ChaosFindings.ToldOnceAsync(alerts);
        var rows = await findings.AlertsAsync(alerts);
        var isHealthy = healed < HealLimit && system.Fallen.Count == 0;
        var others = alerts.Others.ToList();
        var held = found.Count == 4 && found.Values.All(f => f == load.Acknowledged) && told == alerts.Episodes && rows == alerts.Episodes && others.Count == 0 && owned == ChaosSystem.Partitions && isHealthy;

        var faults = recoveries.GroupBy(r => $"{r.Fault.Kind} {r.Fault.Place}").OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new { Fault = g.Key, Times = g.Count(), MedianSeconds = IngestBenchmark.Median(g, r => r.Recovery.TotalSeconds), WorstSeconds = g.Max(r => r.Recovery.TotalSeconds) }).ToList();
        Say($"\n  {"healthy again after",-34}{"times",6}{"median s",10}{"worst s",10}");
        foreach (var fault in faults) Say($"  {fault.Fault,-34}{fault.Times,6}{fault.MedianSeconds,10:0.0}{fault.WorstSeconds,10:0.0}");
        foreach (var other in others) Say("  " + other);
        foreach (var missing in found.Values.All(f => f == load.Acknowledged) ? [] : await findings.MissingAsync(load)) Say("  " + missing);
        foreach (var fallen in system.Fallen) Say($"  {fallen} ended without being killed");
        var result = new
        {
            At = TimeProvider.System.GetUtcNow(),
            Settings = settings,
            LoadAverage = (await File.ReadAllTextAsync("/proc/loadavg", CancellationToken.None)).Split(' ')[..3],
            load.Acknowledged,
            Found = found,
            Refused = senders.Sum(s => s.Refused),
            alerts.Episodes,
            ToldOnce = told,
            Rows = rows,
            Owned = owned,
            HealedSeconds = healed.TotalSeconds,
            Faults = faults,
            Held = held,
        };
        Say($"  requests sent again: {result.Refused}; partitions with an owner: {owned} of {ChaosSystem.Partitions}; found through {string.Join(", ", found.Select(f => $"{f.Key}: {f.Value}"))}; alerts in the list: {rows};"
            + $" healthy {healed.TotalSeconds:0.0} s after the last; load average of the machine: {string.Join(' ', result.LoadAverage)}");
        if (!held)
        {
            await File.WriteAllLinesAsync(Artifacts.File(LogFile), system.Lines, CancellationToken.None);
            Say($"  what the services wrote: {Artifacts.File(LogFile)}");
        }

        await Artifacts.WriteAsync("chaos", result, CancellationToken.None);
        Say($"chaos seed {settings.Seed}: acknowledged {load.Acknowledged} found {found.Values.DefaultIfEmpty().Min()}, alerts {alerts.Episodes} told once {told}, {(isHealthy ? "all healthy" : "not all healthy")}");
        return held;
    }

    private static async Task<List<(Fault Fault, TimeSpan Recovery)>> FaultsAsync(ChaosSystem system, ChaosLoad load, ChaosSettings settings, IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        var random = new Random(settings.Seed);
        var started = TimeProvider.System.GetTimestamp();
        var recoveries = new List<(Fault, TimeSpan)>(); // bounded by the time
        await Task.Delay(settings.Every, cancellationToken);
        while (TimeProvider.System.GetElapsedTime(started) < settings.Duration)
        {
            var fault = Fault.Next(random, kinds);
            var turn = Task.Delay(settings.Every, cancellationToken);
            var before = load.Acknowledged;
            await system.DoAsync(fault);
            var recovery = await system.RecoveryAsync(FindLimit);
            recoveries.Add((fault, recovery));
            Say($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {fault}: healthy {recovery.TotalSeconds:0.0} s after it; acknowledged meanwhile {load.Acknowledged - before}");
            await turn;
        }

        return recoveries;
    }

    private static void Say(string text) => Console.WriteLine(text);
}
