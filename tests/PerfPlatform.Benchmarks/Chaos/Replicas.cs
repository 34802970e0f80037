using System.Collections.Concurrent;
using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Benchmarks.Servers;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>The instances of the app model's resources, and what may be done to them.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<string, Replica> _all = new(); // bounded by the app model
    private readonly CancellationTokenSource _end = new();
    private ResourceCommandService? _commands;
    private Task _watching = Task.CompletedTask;

    /// <summary>From the start of the app model on.</summary>
    public void Watch(IServiceProvider app)
    {
        _commands = app.GetRequiredService<ResourceCommandService>();
        _watching = WatchAsync(app.GetRequiredService<ResourceNotificationService>());
    }

    /// <summary>The instances of a resource, in the order of their names.</summary>
    public IReadOnlyList<Replica> Of(string name) => [.. _all.Values.Where(r => r.Name == name).OrderBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>Those that ran, and do not any more.</summary>
    public IReadOnlyList<Replica> Ended() => [.. _all.Values.Where(r => r.HasEnded)];

    /// <summary>kill -9, children included; returns when the app model has seen it.</summary>
    public async Task KillAsync(Replica replica)
    {
        if (_all[replica.Id].Process is not { } id) return;
        using var process = Process.GetProcessById(id);
        process.Kill(entireProcessTree: true);
        await Wait.ForAsync($"{replica.Id} is seen to have ended", () => _all[replica.Id].Process != id, Patience);
    }

    /// <summary>Starts one that has ended.</summary>
    public async Task StartAsync(Replica replica)
    {
        var commands = _commands ?? throw new InvalidOperationException("The app model has not been started.");
        var started = await commands.ExecuteCommandAsync(replica.Id, KnownResourceCommands.StartCommand);
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

    private async Task WatchAsync(ResourceNotificationService notifications)
    {
        await foreach (var e in notifications.WatchAsync(_end.Token))
        {
            if (e.Snapshot.ResourceType is "Parameter" or "ConnectionString") continue;
            var state = e.Snapshot.State?.Text;
            var process = state == KnownResourceStates.Running ? RunningResource.ProcessId(e) : null;
            // What has never run is no instance, but what the model knew before there were any.
            if (process is null && !_all.ContainsKey(e.ResourceId)) continue;
            _all[e.ResourceId] = new Replica(e.ResourceId, e.Resource.Name, process, state is not null && KnownResourceStates.TerminalStates.Contains(state));
        }
    }
}
