using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Standalone.Hosting;
using PerfPlatform.Standalone.Servers;
using PerfPlatform.Web.Access.Bootstrap;

namespace PerfPlatform.Standalone.Agent;

/// <summary>
/// Runs the agent as a child: started when the intake listens, started again when it dies, and told to stop before the intake does, so
/// that what it holds still arrives.
/// </summary>
internal sealed partial class AgentProcess(
    IServer server, AccessBootstrap access, Installation installation, TimeProvider clock, ILogger<AgentProcess> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (AgentProgram.Find(AppContext.BaseDirectory) is { } program)
            _running = KeepRunningAsync(program, _stopping.Token);
        else
            LogMissing(logger, AppContext.BaseDirectory);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task KeepRunningAsync(string program, CancellationToken stopping)
    {
        var wait = TimeSpan.FromSeconds(1);
        try
        {
            var key = await access.ServiceKeyAsync("agent", [Scopes.Ingest], stopping);
            while (!stopping.IsCancellationRequested)
            {
                var started = clock.GetTimestamp();
                var exit = await RunOnceAsync(program, key, stopping);
                if (stopping.IsCancellationRequested)
                    return;
                wait = clock.GetElapsedTime(started) > Steady ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks));
                LogEnded(logger, exit, wait.TotalSeconds);
                await Task.Delay(wait, clock, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the product.
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            LogFailed(logger, e);
        }
    }

    private async Task<int> RunOnceAsync(string program, string key, CancellationToken stopping)
    {
        using var process = Process.Start(Command(program, key))!;
        try
        {
            await process.WaitForExitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
        }

        return process.ExitCode;
    }

    private ProcessStartInfo Command(string program, string key)
    {
        // A session of its own where there is setsid: Ctrl-C in the terminal reaches the product, which ends the agent in its order.
        string[] command = File.Exists("/usr/bin/setsid") ? ["/usr/bin/setsid", Environment.ProcessPath!] : [Environment.ProcessPath!];
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet")
            command[^1] = "dotnet";
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = installation.Folder,
            // Its end tells the agent that we are gone, even after a kill.
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])[.. command[1..], program, "--exit-with-parent"])
            start.ArgumentList.Add(argument);
        start.Environment["PERFPLATFORM_ENDPOINT"] = server.Local().ToString();
        start.Environment["PERFPLATFORM_API_KEY"] = key;
        // The name is the product's; the agent has its own.
        start.Environment.Remove("OTEL_SERVICE_NAME");
        start.Environment["PERFPLATFORM_AGENT_BUFFER_DIR"] = Path.Combine(installation.Folder, "agent");
        return start.WithKnownLocale();
    }

    private async Task EndAsync(Process process)
    {
        ServerProcess.Signal(process.Id, Posix.Terminate);
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent is not built: {Folder}agent has no PerfPlatform.Agent.dll; this machine's own metrics are missing")]
    private static partial void LogMissing(ILogger logger, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The agent ended with exit code {ExitCode}; it is started again in {Seconds} s")]
    private static partial void LogEnded(ILogger logger, int exitCode, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The agent cannot be started; this machine's own metrics are missing")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
