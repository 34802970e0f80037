using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>What is published says what is run: the manifest is kept, and the files in deploy/ are compared with it.</summary>
public sealed partial class DeploymentTests
{
    public static TheoryData<string> Services => [ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web];

    [Fact]
    public async Task Manifest_Published_IsTheOneKept()
    {
        var kept = Path.Combine(Repository.Root, "tests/PerfPlatform.AppHost.Tests/manifest.json");
        var published = await Manifest.TextAsync();
        Assert.True(published.Trim() == (await File.ReadAllTextAsync(kept)).Trim(), $"The app model publishes something else: compare artifacts/manifest.json with {Path.GetFileName(kept)}, and copy it when it is meant so.");
    }

    [Fact]
    public async Task Manifest_Secrets_AreNotInClear()
    {
        var published = await Manifest.TextAsync();
        // A value is a reference to a parameter, never a password itself.
        Assert.All(Secret().Matches(published), match => Assert.Contains("{", match.Value, StringComparison.Ordinal));
        Assert.NotEmpty(Secret().Matches(published));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Compose_Service_IsThatOfTheModel(string name)
    {
        var deployed = DeployedService.OfCompose(name);
        Assert.Equal(await SettingsAsync(name), Relevant(name, deployed.Settings));
        Assert.Equal(await PortsAsync(name), deployed.Ports.Select(p => p.Split(':')[0]).Order());
        Assert.Contains("/ready", deployed.Readiness, StringComparison.Ordinal);
        Assert.Equal(await WaitsAsync(name), deployed.Waits!.Order());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Kubernetes_Service_IsThatOfTheModel(string name)
    {
        var deployed = DeployedService.OfKubernetes(name);
        Assert.Equal(await SettingsAsync(name), Relevant(name, deployed.Settings));
        // Within the cluster every service listens on 8080; what the model gives a fixed port for OTLP has it here too.
        Assert.Superset((await PortsAsync(name)).Where(p => p != "5080").ToHashSet(), deployed.Ports.Select(p => p.Split(':')[0]).ToHashSet());
        Assert.Contains("/ready", deployed.Readiness, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> SettingsAsync(string name) =>
        Relevant(name, (await Manifest.ResourceAsync(name)).GetProperty("env").EnumerateObject().Select(e => e.Name));

    // Not compared: the service's own address, where it listens on HTTP, and what Aspire adds beside a connection string and an address (REDIS_HOST, ANALYSIS_HTTP, OTLP's addresses).
    private static IEnumerable<string> Relevant(string name, IEnumerable<string> settings) =>
        settings.Where(s => !s.StartsWith($"services__{name}__", StringComparison.Ordinal) && Compared().IsMatch(s)).Order();

    private static async Task<IEnumerable<string>> PortsAsync(string name) =>
        (await Manifest.ResourceAsync(name)).GetProperty("bindings").EnumerateObject().Where(b => b.Value.TryGetProperty("port", out _)).Select(b => b.Value.GetProperty("port").ToString()).Order();

    private static async Task<IEnumerable<string>> WaitsAsync(string name)
    {
        var builder = await AppModel.CreateAsync("/nowhere");
        return builder.Resources.Single(r => r.Name == name).Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name).Distinct().Order();
    }

    [GeneratedRegex("^(services__[a-z]+__http__0|ConnectionStrings__.*|PERFPLATFORM_.*|Kestrel__.*)$")]
    private static partial Regex Compared();

    [GeneratedRegex("\"[^\"]*(PASSWORD|SECRET|API_KEY|_PASS)\": \"[^\"]*\"")]
    private static partial Regex Secret();
}
