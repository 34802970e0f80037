using PerfPlatform.TestServers.Topology;
using YamlDotNet.RepresentationModel;

namespace PerfPlatform.AppHost.Tests;

/// <summary>A service as <c>deploy/</c> has it.</summary>
/// <param name="Settings">The names of its environment variables and secret files.</param>
/// <param name="Ports">Reachable from outside of it, by the port that clients see.</param>
/// <param name="Readiness">What asks whether it is ready.</param>
/// <param name="Waits">The servers that it waits for; null where the platform has no such thing.</param>
internal sealed record DeployedService(IReadOnlySet<string> Settings, IReadOnlySet<string> Ports, string Readiness, IReadOnlySet<string>? Waits)
{
    public static DeployedService OfCompose(string name)
    {
        // The parser keeps "<<" as a key of its own: what stands below comes before what it merges.
        var service = Map(Documents("deploy/compose.yaml").Single())["services"];
        var own = Merged(Map(service)[name]);
        var settings = Merged(own["environment"]).Keys.Concat(Items(own["secrets"]));
        return new DeployedService(
            settings.ToHashSet(),
            own.TryGetValue("ports", out var ports) ? Items(ports).ToHashSet() : [],
            own["healthcheck"].ToString(),
            Map(own["depends_on"]).Keys.ToHashSet());
    }

    public static DeployedService OfKubernetes(string name)
    {
        var kustomization = Map(Documents("deploy/kubernetes/kustomization.yaml").Single());
        var shared = Items(Map(((YamlSequenceNode)kustomization["configMapGenerator"])[0])["literals"]).Select(l => l.Split('=')[0]);
        var objects = Documents("deploy/kubernetes/services.yaml").Select(Map).Where(o => Map(o["metadata"])["name"].ToString() == name).ToDictionary(o => o["kind"].ToString());
        var pod = Map(Map(Map(objects["Deployment"]["spec"])["template"])["spec"]);
        var container = Map(((YamlSequenceNode)pod["containers"])[0]);
        var environment = container.TryGetValue("env", out var env) ? ((YamlSequenceNode)env).Select(e => Map(e)["name"].ToString()) : [];
        var secrets = ((YamlSequenceNode)Map(Map(((YamlSequenceNode)pod["volumes"])[0])["secret"])["items"]).Select(i => Map(i)["path"].ToString());
        var ports = ((YamlSequenceNode)Map(objects["Service"]["spec"])["ports"]).Select(p => $"{Map(p)["port"]}:{Map(p)["port"]}");
        return new DeployedService(shared.Concat(environment).Concat(secrets).ToHashSet(), ports.ToHashSet(), container["readinessProbe"].ToString(), null);
    }

    private static IEnumerable<YamlNode> Documents(string path)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Repository.Root, path));
        stream.Load(reader);
        return stream.Documents.Select(d => d.RootNode);
    }

    private static Dictionary<string, YamlNode> Map(YamlNode node) => ((YamlMappingNode)node).Children.ToDictionary(c => c.Key.ToString(), c => c.Value);

    private static Dictionary<string, YamlNode> Merged(YamlNode node)
    {
        var own = Map(node);
        if (!own.Remove("<<", out var shared)) return own;
        foreach (var (key, value) in Map(shared)) own.TryAdd(key, value);
        return own;
    }

    private static IEnumerable<string> Items(YamlNode node) => ((YamlSequenceNode)node).Select(i => i.ToString());
}
