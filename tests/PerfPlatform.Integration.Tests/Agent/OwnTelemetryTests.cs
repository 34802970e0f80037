using System.Text;
using Xunit;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>The agent's own traces and log by OTLP, as a process that the Aspire dashboard would know.</summary>
public sealed class OwnTelemetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("own").FullName;

    [Fact]
    public async Task Agent_WithAnOtlpEndpoint_TellsATraceOfEachRequestAndItsLog()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using var agent = AgentUnderTest.Start(_folder, receiver.Endpoint, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "agent-under-test",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=the-instance",
        });
        await receiver.UntilAsync(server => server.TraceParents.Count >= 2);
        Assert.Equal(0, await agent.TerminateAsync());

        // The trace that the server was given is the one that was told.
        var given = receiver.TraceParents[0].Split('-');
        Assert.Equal(("00", "01"), (given[0], given[3]));
        var told = string.Concat(receiver.Traces);
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(given[1])), told, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(given[2])), told, StringComparison.Ordinal);
        Assert.Contains("agent-under-test", told, StringComparison.Ordinal);
        Assert.Contains("the-instance", told, StringComparison.Ordinal);
        // Telling is not told of.
        Assert.DoesNotContain("/v1/traces", told, StringComparison.Ordinal);

        var log = string.Concat(receiver.Logs);
        Assert.Contains("agent-under-test", log, StringComparison.Ordinal);
        Assert.Contains("{Version} collects {Collectors} of {Host} every {Seconds} s", log, StringComparison.Ordinal);
        Assert.Contains(" of web-1 every 1 s", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_WithoutAnOtlpEndpoint_LoadsNoExporter()
    {
        await using var receiver = await OtlpReceiver.StartNewAsync();
        await using var agent = AgentUnderTest.Start(_folder, receiver.Endpoint);
        await receiver.UntilAsync(server => server.TraceParents.Count >= 2);
        Assert.DoesNotContain("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{agent.Id}/maps", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.All(receiver.TraceParents, parent => Assert.Equal("", parent));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
