using System.Runtime.InteropServices;
using PerfPlatform.Agent.Buffer;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Delivery;
using PerfPlatform.Agent.Machine;
using PerfPlatform.Agent.Otlp;
using PerfPlatform.Agent.Self;
using PerfPlatform.Agent.Settings;
using PerfPlatform.Agent.Telemetry;

namespace PerfPlatform.Agent.Running;

/// <summary>The agent from its start to its end: collection, outbox, delivery, and the ways to stop it.</summary>
internal static class AgentProcess
{
    // What a server that is there needs to take the last samples; what it does not take waits on disk.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    public static string Version { get; } = typeof(AgentProcess).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static async Task RunAsync(AgentSettings settings, Func<string, string?> environment, TimeProvider clock)
    {
        using var stop = new CancellationTokenSource();
        using var term = StopOn(PosixSignal.SIGTERM, stop);
        using var interrupt = StopOn(PosixSignal.SIGINT, stop);
        AgentLog.IsJson = environment("Logging__Console__FormatterName") == "json";
        using var telemetry = OwnTelemetry.StartWhereAsked(environment, Version);
        var counters = new AgentCounters();
        using var outbox = new Outbox(await OpenBufferAsync(settings, counters, clock, stop.Token), counters);
        var key = new ApiKeySource(settings.ApiKey, settings.ApiKeyFile);
        using var sender = new OtlpSender(settings.Endpoint, key.Current, Version, clock);
        var delivery = new DeliveryLoop(outbox, sender, counters, clock, Random.Shared);
        List<ICollector> collectors = [.. MachineCollectors.Supported(clock, settings.FilesystemTypes), new SelfCollector(counters, () => outbox.BufferedBytes, clock)];
        await using var collection = new MetricsCollector(
            collectors, new MetricWriter(MachineResource.Attributes(settings.HostName), Version), outbox, counters, settings.Interval, clock);
        var parent = settings.ExitWithParent ? WatchParentAsync(stop) : Task.CompletedTask;

        AgentLog.Information(
            "{Version} collects {Collectors} of {Host} every {Seconds} s for {Endpoint}{Key}",
            Version, string.Join(", ", collectors.Select(collector => collector.Name)), settings.HostName, settings.Interval.TotalSeconds, settings.Endpoint, key.Current() is null ? " without an API key" : "");
        collection.Start();
        await delivery.RunAsync(stop.Token);
        await collection.StopAsync();
        using var patience = new CancellationTokenSource(LastWords, clock);
        await delivery.DrainAsync(patience.Token);
        // A read of standard input cannot be called back, so only a finished one is awaited.
        if (parent.IsCompleted)
            await parent;
        AgentLog.Information("stopped");
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    // An agent started anew may meet the lock of the one before, which is about to end.
    private static async Task<DiskBuffer> OpenBufferAsync(AgentSettings settings, AgentCounters counters, TimeProvider clock, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var buffer = new DiskBuffer(settings.BufferFolder, settings.BufferBytes, points =>
                {
                    counters.Dropped(points);
                    AgentLog.Warning("the buffer is full, its oldest {Points} points are dropped", points);
                });
                if (buffer.Points > 0)
                    AgentLog.Information("{Points} points of an earlier run wait on disk", buffer.Points);
                if (buffer.TornFiles > 0)
                    AgentLog.Warning("{Files} files of the buffer were not whole and have been cut off", buffer.TornFiles);
                return buffer;
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && clock.GetElapsedTime(start) < LockPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), clock, stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SettingsException($"PERFPLATFORM_AGENT_BUFFER_DIR: '{settings.BufferFolder}' cannot be used, {e.Message}");
            }
        }
    }

    private static async Task WatchParentAsync(CancellationTokenSource stop)
    {
        var buffer = new byte[64];
        await using var input = Console.OpenStandardInput();
        // The parent writes nothing; the end of the stream is its end. Console reads block, hence a thread of its own.
        await Task.Factory.StartNew(() =>
        {
            while (input.Read(buffer) > 0)
            {
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        AgentLog.Information("the process that started the agent is gone");
        await stop.CancelAsync();
    }
}
