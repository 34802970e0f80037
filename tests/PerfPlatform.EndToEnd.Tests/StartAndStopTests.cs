using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>No service exits because what it needs is away: it starts, says so, and ends when it is told to.</summary>
public sealed partial class StartAndStopTests
{
    [Theory]
    [InlineData("services/PerfPlatform.Ingestion", "simple")]
    [InlineData("services/PerfPlatform.Analysis", "json")]
    [InlineData("services/PerfPlatform.Alerting", "simple")]
    [InlineData("services/PerfPlatform.Reports", "simple")]
    [InlineData("web/PerfPlatform.Web", "simple")]
    public async Task Service_EverythingAway_StartsSaysDegradedAndStopsWithZero(string project, string log)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.One()}");
        await using var service = new ServiceProcess(project, new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["PERFPLATFORM_SECRET"] = Convert.ToBase64String(new byte[32]),
            ["ConnectionStrings__metrics"] = "Host=127.0.0.1;Port=1;Database=none;Username=none;Password=none;Timeout=2",
            ["ConnectionStrings__redis"] = "127.0.0.1:1",
            ["ConnectionStrings__rabbitmq"] = "amqp://guest:guest@127.0.0.1:1/",
            ["Logging__Console__FormatterName"] = log,
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
        var lines = service.Output.Split('\n');
        Assert.All(lines, line => Assert.True(log == "json" ? IsJson(line) : ReadableLine().IsMatch(line), line));
        // What the service does itself is told, and of libraries what is wrong.
        Assert.Contains(lines, line => line.Contains("Microsoft.Hosting.Lifetime", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => InformationOfALibrary().IsMatch(line));
    }

    private static bool IsJson(string line)
    {
        using var entry = JsonDocument.Parse(line);
        return entry.RootElement.TryGetProperty("Timestamp", out _) && entry.RootElement.TryGetProperty("Message", out _);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail|crit): \S+\[\d+\] ")]
    private static partial Regex ReadableLine();

    [GeneratedRegex(@"info: (?!PerfPlatform\.|Microsoft\.Hosting\.Lifetime)|""Information"",""Category"":""(?!PerfPlatform\.|Microsoft\.Hosting\.Lifetime)")]
    private static partial Regex InformationOfALibrary();
}
