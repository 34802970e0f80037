using System.Net;
using System.Net.Http.Json;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>No service exits because what it needs is away: it starts, says so, and ends when it is told to.</summary>
public sealed class StartAndStopTests
{
    public static TheoryData<string> Services() => ["services/PerfPlatform.Ingestion", "services/PerfPlatform.Analysis", "services/PerfPlatform.Alerting", "services/PerfPlatform.Reports", "web/PerfPlatform.Web"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_EverythingAway_StartsSaysDegradedAndStopsWithZero(string project)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.One()}");
        await using var service = new ServiceProcess(project, new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["PERFPLATFORM_SECRET"] = Convert.ToBase64String(new byte[32]),
            ["ConnectionStrings__metrics"] = "Host=127.0.0.1;Port=1;Database=none;Username=none;Password=none;Timeout=2",
            ["ConnectionStrings__redis"] = "127.0.0.1:1",
            ["ConnectionStrings__rabbitmq"] = "amqp://guest:guest@127.0.0.1:1/",
            ["Logging__LogLevel__Default"] = "Warning",
        });
        service.Start();
#pragma warning disable RS0030 // A test's own client of a loopback address.
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };
#pragma warning restore RS0030
        await Wait.ForAsync($"{project} degraded", () => client.GetStringAsync("/health"), status => status == "Degraded", TimeSpan.FromSeconds(60), () => service.Output);
        Assert.Equal("Healthy", await client.GetStringAsync("/alive"));
        if (project.EndsWith("Ingestion", StringComparison.Ordinal))
        {
            using var sent = await client.PostAsJsonAsync("/api/v1/samples", new { samples = Array.Empty<object>() });
            Assert.Equal(HttpStatusCode.Unauthorized, sent.StatusCode);
        }

        Assert.Equal(0, await service.StopAsync());
    }
}
