using PerfPlatform.TestServers.Topology;
using YamlDotNet.RepresentationModel;

namespace PerfPlatform.AppHost.Tests;

/// <summary>The files in <c>deploy/</c>, as what they say.</summary>
internal static class DeployFiles
{
    public static IReadOnlyDictionary<string, YamlNode> Compose() => Map(Documents("compose.yaml").Single());

    /// <summary>A service of Compose, its own keys before those that it merges: the parser keeps "&lt;&lt;" as a key.</summary>
    public static IReadOnlyDictionary<string, YamlNode> Compose(string service) => Merged(Map(Compose()["services"])[service]);

    public static IReadOnlyDictionary<string, YamlNode> Kustomization() => Map(Documents("kubernetes/kustomization.yaml").Single());

    /// <summary>Every object of the cluster, the namespace left out.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, YamlNode>> Kubernetes() => Documents("kubernetes/services.yaml").Concat(Documents("kubernetes/servers.yaml")).Select(Map);

    /// <summary>The objects of a service or a server, by their kind.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, YamlNode>> Kubernetes(string name) =>
        Kubernetes().Where(o => Map(o["metadata"])["name"].ToString() == name).ToDictionary(o => o["kind"].ToString());

    /// <summary>The pod that a Deployment or a StatefulSet makes.</summary>
    public static IReadOnlyDictionary<string, YamlNode> Pod(IReadOnlyDictionary<string, YamlNode> workload) => Map(Map(Map(workload["spec"])["template"])["spec"]);

    /// <summary>The one container of a pod.</summary>
    public static IReadOnlyDictionary<string, YamlNode> Container(IReadOnlyDictionary<string, YamlNode> pod) => Map(Items(pod["containers"]).Single());

    public static IReadOnlyDictionary<string, YamlNode> Map(YamlNode node) => ((YamlMappingNode)node).Children.ToDictionary(c => c.Key.ToString(), c => c.Value);

    public static IReadOnlyDictionary<string, YamlNode> Merged(YamlNode node)
    {
        var own = Map(node).ToDictionary();
        if (!own.Remove("<<", out var shared)) return own;
        foreach (var (key, value) in Map(shared)) own.TryAdd(key, value);
        return own;
    }

    public static IEnumerable<YamlNode> Items(YamlNode node) => (YamlSequenceNode)node;

    public static IEnumerable<string> Texts(YamlNode node) => Items(node).Select(i => i.ToString());

    private static IEnumerable<YamlNode> Documents(string path)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Repository.Root, "deploy", path));
        stream.Load(reader);
        return stream.Documents.Select(d => d.RootNode);
    }
}
