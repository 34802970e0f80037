using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Web.Access.Bootstrap;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>Says on the console that the product is ready and, once in its life, how to get in.</summary>
internal sealed partial class Welcome(
    IServer server, AccessBootstrap access, HealthCheckService health, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Welcome> logger)
    : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        var address = server.Local();
        try
        {
            var made = await access.WaitAsync(stoppingToken);
            if (made.AdminPassword is not null || made.IngestKey is not null)
                PrintAccess(made);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            lifetime.StopApplication();
            return;
        }

        var report = await WaitForHealthAsync(stoppingToken);
        if (report.Status == HealthStatus.Healthy)
        {
            Console.WriteLine($"PerfPlatform is ready: {address.ToString().TrimEnd('/')}");
            return;
        }

        var reasons = string.Join(", ", report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => $"{entry.Key}: {entry.Value.Description}"));
        LogDegraded(logger, address, reasons);
    }

    private static void PrintAccess(BootstrapResult made)
    {
        Console.WriteLine();
        Console.WriteLine("First start. These are shown once:");
        if (made.AdminPassword is not null)
        {
            Console.WriteLine("  user        admin");
            Console.WriteLine($"  password    {made.AdminPassword}");
        }

        if (made.IngestKey is not null)
            Console.WriteLine($"  ingest key  {made.IngestKey}");
        Console.WriteLine();
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task<HealthReport> WaitForHealthAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var report = await health.CheckHealthAsync(cancellationToken);
            if (report.Status == HealthStatus.Healthy || clock.GetElapsedTime(started) > Patience)
                return report;
            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PerfPlatform listens on {Address} but is not healthy: {Reasons}")]
    private static partial void LogDegraded(ILogger logger, Uri address, string reasons);
}
