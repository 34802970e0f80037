using System.Diagnostics;
using System.Text;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>How the app host ends when nobody can stop it in order.</summary>
public sealed class EndingTests
{
    // Stopping takes seconds; a busy machine takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task AppHost_Killed_LeavesNoProcess()
    {
        using var folder = await TestFolder.CreateAsync("end");
        using var appHost = Start(folder.Path);
        await Wait.ForAsync("the broker's node and its port mapper", () => Task.FromResult(Started(folder.Path)), all => all.Any(p => p.Contains("beam.smp", StringComparison.Ordinal)) && all.Any(p => p.StartsWith("epmd", StringComparison.Ordinal)), Patience, () => Told(folder.Path));
        appHost.Kill();
        await Wait.ForAsync("the end of every process", () => Task.FromResult(Started(folder.Path).Count == 0), Patience, () => Told(folder.Path));
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
        foreach (var parameter in new[] { "api-key-secret", "admin-password", "server-password" }) start.Environment["Parameters__" + parameter] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Every process of the app host has its environment, whoever it was started by: DCP, the dashboard, services, servers and what these started.
    private static List<string> Started(string data)
    {
        var mark = Encoding.UTF8.GetBytes("PERFPLATFORM_APPHOST_DATA=" + data);
        var started = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            try
            {
                if (File.ReadAllBytes(process + "/environ").AsSpan().IndexOf(mark) >= 0) started.Add(File.ReadAllText(process + "/cmdline").Replace('\0', ' '));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is another user's.
            }
        }

        return started;
    }

    private static string Told(string data) => string.Join('\n', Started(data));
}
