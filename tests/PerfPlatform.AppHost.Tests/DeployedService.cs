using static PerfPlatform.AppHost.Tests.DeployFiles;

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
        var own = Compose(name);
        var settings = Merged(own["environment"]).Keys.Concat(Texts(own["secrets"]));
        return new DeployedService(
            settings.ToHashSet(),
            own.TryGetValue("ports", out var ports) ? Texts(ports).ToHashSet() : [],
            own["healthcheck"].ToString(),
            Map(own["depends_on"]).Keys.ToHashSet());
    }

    public static DeployedService OfKubernetes(string name)
    {
        var shared = Texts(Map(Items(Kustomization()["configMapGenerator"]).Single())["literals"]).Select(l => l.Split('=')[0]);
        var objects = Kubernetes(name);
        var pod = Pod(objects["Deployment"]);
        var container = Container(pod);
        var environment = container.TryGetValue("env", out var env) ? Items(env).Select(e => Map(e)["name"].ToString()) : [];
        var secrets = Items(Map(Map(Items(pod["volumes"]).Single())["secret"])["items"]).Select(i => Map(i)["path"].ToString());
        var ports = Items(Map(objects["Service"]["spec"])["ports"]).Select(p => $"{Map(p)["port"]}:{Map(p)["port"]}");
        return new DeployedService(shared.Concat(environment).Concat(secrets).ToHashSet(), ports.ToHashSet(), container["readinessProbe"].ToString(), null);
    }
}
