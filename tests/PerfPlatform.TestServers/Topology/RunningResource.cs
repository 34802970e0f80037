using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PerfPlatform.TestServers.Topology;

/// <summary>A service or a server of the running app model. It can be killed as a crash would, and started again at the same address with its data.</summary>
public sealed class RunningResource(DistributedApplication app, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The first of its processes. A service is a child of this one, which the app model starts it with.</summary>
    public async Task<int> ProcessIdAsync()
    {
        var running = await app.ResourceNotifications.WaitForResourceAsync(name, e => e.Snapshot.State?.Text == KnownResourceStates.Running && ProcessId(e) is not null).WaitAsync(Patience);
        return ProcessId(running)!.Value;
    }

    /// <summary>kill -9, children included.</summary>
    public async Task KillAsync()
    {
        using var process = Process.GetProcessById(await ProcessIdAsync());
        process.Kill(entireProcessTree: true);
        await app.ResourceNotifications.WaitForResourceAsync(name, KnownResourceStates.TerminalStates).WaitAsync(Patience);
    }

    public async Task StartAsync()
    {
        var started = await app.ResourceCommands.ExecuteCommandAsync(name, KnownResourceCommands.StartCommand);
        if (!started.Success) throw new InvalidOperationException($"{name} was not started: {started.Message}");
    }

    /// <summary>The first process of what an event tells of; null where there is none.</summary>
    public static int? ProcessId(ResourceEvent e) => e.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value as int?;
}
