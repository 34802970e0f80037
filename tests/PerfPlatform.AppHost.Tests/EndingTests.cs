using System.Diagnostics;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>What is left of an app host that ended, in order or by itself.</summary>
public sealed class EndingTests
{
    // Stopping takes seconds; a busy machine takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task AppHost_Ended_LeavesNoProcess(string signal)
    {
        using var folder = await TestFolder.CreateAsync("end");
        using var appHost = Start(folder.Path);
        await Wait.ForAsync("the broker's node and its port mapper", () => Task.FromResult(StartedProcesses.Of(folder.Path)), all => all.Any(p => p.Contains("beam.smp", StringComparison.Ordinal)) && all.Any(p => p.Contains(" epmd ", StringComparison.Ordinal)), Patience, () => Told(folder.Path));
        using var sent = Process.Start("kill", [$"-{signal}", $"{appHost.Id}"]);
        await Wait.ForAsync("the end of every process", () => StartedProcesses.Of(folder.Path).Count == 0, Patience, () => Told(folder.Path));
        Assert.Empty(Directory.GetFiles(folder.Path, "erl_crash.dump", SearchOption.AllDirectories));
    }

    private static Process Start(string data)
    {
        var ports = FreePorts.Some(3);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Repository.Root, "PerfPlatform.AppHost/bin", Repository.Configuration, "net10.0/PerfPlatform.AppHost.dll"), "Infra=local", "DcpPublisher:RandomizePorts=true"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PERFPLATFORM_APPHOST_DATA"] = data;
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["ASPNETCORE_URLS"] = $"http://localhost:{ports[0]}";
        start.Environment["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = $"http://localhost:{ports[1]}";
        start.Environment["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = $"http://localhost:{ports[2]}";
        start.Environment["Parameters__secret"] = Convert.ToBase64String(new byte[33]);
        foreach (var parameter in new[] { "api-key-secret", "admin-password", "server-password" }) start.Environment["Parameters__" + parameter] = "kept-for-the-ending-7f3a91c20b5d88e46a0c";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string Told(string data) => string.Join('\n', StartedProcesses.Of(data));
}
