using System.Diagnostics;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers;
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

    [Theory]
    [InlineData(ResourceNames.Metrics, "postgres")]
    [InlineData(ResourceNames.Redis, ResourceNames.Redis)]
    [InlineData(ResourceNames.RabbitMq, ResourceNames.RabbitMq)]
    public async Task Server_Deployed_IsThatOfTheModel(string name, string resource)
    {
        var published = DeployedServer.OfManifest(await Manifest.ResourceAsync(resource));
        Assert.Equal(published, DeployedServer.OfCompose(name));
        Assert.Equal(published, DeployedServer.OfKubernetes(name));
    }

    [Fact]
    public async Task Database_Deployed_TakesWhatTheModelGivesIt()
    {
        var published = (await Manifest.ResourceAsync("postgres")).GetProperty("args").EnumerateArray().Select(a => a.GetString()!).ToList();
        Assert.Equal(published, DeployFiles.Texts(DeployFiles.Compose(ResourceNames.Metrics)["command"]));
        Assert.Equal(published, DeployFiles.Texts(DeployFiles.Container(DeployFiles.Pod(DeployFiles.Kubernetes(ResourceNames.Metrics)["StatefulSet"]))["args"]));
    }

    [Fact]
    public void Alerting_Deployed_KnowsTheAddressThatPeopleUse()
    {
        // Its own name for itself, a container's, would be in every link.
        Assert.Contains("Alerting__PublicUrl", DeployedService.OfCompose(ResourceNames.Alerting).Settings);
        Assert.Contains("Alerting__PublicUrl", DeployedService.OfKubernetes(ResourceNames.Alerting).Settings);
    }

    [Fact]
    public void Kubernetes_EveryPodWithSecretFiles_HasNoTokenOfTheCluster()
    {
        // It is mounted below /run/secrets, which is read only: the pod would not start (kubernetes/kubernetes#65835).
        var workloads = DeployFiles.Kubernetes().Where(o => o["kind"].ToString() is "Deployment" or "StatefulSet").ToList();
        Assert.Equal(8, workloads.Count);
        Assert.All(workloads, workload =>
        {
            var pod = DeployFiles.Pod(workload);
            Assert.Contains("/run/secrets", DeployFiles.Container(pod)["volumeMounts"].ToString(), StringComparison.Ordinal);
            Assert.True(pod.TryGetValue("automountServiceAccountToken", out var mounted) && mounted.ToString() == "false", $"{DeployFiles.Map(workload["metadata"])["name"]} gets it.");
        });
    }

    [Fact]
    public async Task Secrets_Deployed_AreTheFilesThatTheScriptMakes()
    {
        using var folder = await TestFolder.CreateAsync("deploy");
        await RunAsync(Path.Combine(Repository.Root, "eng/deploy-secrets.sh"), folder.Path);
        var made = Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order().ToList();
        Assert.Equal(made, DeployFiles.Map(DeployFiles.Compose()["secrets"]).Keys.Order());
        Assert.Equal(made, DeployFiles.Texts(DeployFiles.Map(DeployFiles.Items(DeployFiles.Kustomization()["secretGenerator"]).Single())["files"]).Select(Path.GetFileName).Order());
        // They name the servers as both call them.
        var password = await File.ReadAllTextAsync(Path.Combine(folder.Path, "server-password"));
        foreach (var server in new[] { ResourceNames.Metrics, ResourceNames.Redis, ResourceNames.RabbitMq })
        {
            var connection = await File.ReadAllTextAsync(Path.Combine(folder.Path, "ConnectionStrings__" + server));
            Assert.Matches($"[=@]{server}[;:]|^{server}:", connection);
            Assert.Contains(password, connection, StringComparison.Ordinal);
            Assert.NotEmpty(DeployFiles.Compose(server));
            Assert.Contains("Service", DeployFiles.Kubernetes(server).Keys);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("registry.example.com/", "registry.example.com")]
    [InlineData("registry.example.com/team/", "registry.example.com")]
    public async Task Images_Built_AreThoseThatComposeRuns(string registry, string host)
    {
        using var folder = await TestFolder.CreateAsync("images");
        var script = Path.Combine(Repository.Root, "eng/images.sh");
        await RunAsync("bash", "-c", $"dotnet() {{ echo \"$@\" >> '{folder.Path}/calls'; }}; export -f dotnet; REGISTRY={registry} '{script}' 1.2.3");
        var calls = await File.ReadAllLinesAsync(folder.Path + "/calls");
        // The SDK takes a host alone: what follows it belongs to the image's name.
        Assert.All(calls, call => Assert.Equal(host, Option(call, "Registry")));
        var built = calls.Select(call => $"{host}{(host.Length > 0 ? "/" : "")}{Option(call, "Repository")}:{Option(call, "ImageTag")}");
        var run = Services.Select(service => DeployFiles.Compose(service.Data)["image"].ToString().Replace("${REGISTRY:-}", registry, StringComparison.Ordinal).Replace("${VERSION:-latest}", "1.2.3", StringComparison.Ordinal));
        Assert.Equal(run.Order(), built.Order());
        static string Option(string call, string name) => Regex.Match(call, $"-p:Container{name}=(\\S+)").Groups[1].Value;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
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
