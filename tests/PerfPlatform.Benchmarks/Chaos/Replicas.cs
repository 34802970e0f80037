using System.Collections.Concurrent;
using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PerfPlatform.Benchmarks.Servers;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>The instances of the app model's resources, and what may be done to them.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly DistributedApplication _app;
    private readonly ConcurrentDictionary<string, Replica> _all = new(); // bounded by the app model
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    public Replicas(DistributedApplication app)
    {
        _app = app;
        _watching = WatchAsync();
    }

    /// <summary>The instances of a resource, in the order of their names.</summary>
    public IReadOnlyList<Replica> Of(string name) => [.. _all.Values.Where(r => r.Name == name).OrderBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>kill -9, children included; returns when the app model has seen it.</summary>
    public async Task KillAsync(Replica replica)
    {
        if (_all[replica.Id].Process is not { } id) return;
        using var process = Process.GetProcessById(id);
        process.Kill(entireProcessTree: true);
        await Wait.ForAsync($"{replica.Id} is seen to have ended", () => _all[replica.Id].Process != id, Patience);
    }

    /// <summary>Starts one that was killed.</summary>
    public async Task StartAsync(Replica replica)
    {
        var started = await _app.ResourceCommands.ExecuteCommandAsync(replica.Id, KnownResourceCommands.StartCommand);
        if (!started.Success) throw new InvalidOperationException($"{replica.Id} was not started: {started.Message}");
        await Wait.ForAsync($"{replica.Id} runs", () => _all[replica.Id].Process is not null, Patience);
    }

    /// <summary>Lets all processes of a replica stand still.</summary>
    public void Freeze(Replica replica) => Signal(replica, "-STOP");

    /// <summary>Lets them go on.</summary>
    public void Thaw(Replica replica) => Signal(replica, "-CONT");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private void Signal(Replica replica, string signal)
    {
        if (_all[replica.Id].Process is not { } first) return;
        using var kill = Process.Start("kill", [signal, .. ProcessTree.Ids(first).Select(p => $"{p}")]);
        kill.WaitForExit();
    }

    private async Task WatchAsync()
    {
        await foreach (var e in _app.ResourceNotifications.WatchAsync(_end.Token))
        {
            if (e.Snapshot.ResourceType is "Parameter" or "ConnectionString") continue;
            var process = e.Snapshot.State?.Text == KnownResourceStates.Running ? RunningResource.ProcessId(e) : null;
            _all[e.ResourceId] = new Replica(e.ResourceId, e.Resource.Name, process);
        }
    }
}
