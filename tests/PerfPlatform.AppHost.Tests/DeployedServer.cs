using System.Text.Json;
using System.Text.RegularExpressions;
using static PerfPlatform.AppHost.Tests.DeployFiles;

namespace PerfPlatform.AppHost.Tests;

/// <summary>A server as the app model publishes it, and as <c>deploy/</c> has it.</summary>
/// <param name="Image">Without the registry that is Docker's own.</param>
/// <param name="Data">Where in the container its data are.</param>
internal sealed partial record DeployedServer(string Image, string Data)
{
    public static DeployedServer OfManifest(JsonElement resource) => new(
        DockersOwn().Replace(resource.GetProperty("image").GetString()!, ""),
        resource.GetProperty("volumes").EnumerateArray().Single().GetProperty("target").GetString()!);

    public static DeployedServer OfCompose(string name)
    {
        var own = Compose(name);
        return new DeployedServer(own["image"].ToString(), Texts(own["volumes"]).Single().Split(':')[1]);
    }

    public static DeployedServer OfKubernetes(string name)
    {
        var container = Container(Pod(Kubernetes(name)["StatefulSet"]));
        return new DeployedServer(container["image"].ToString(), Items(container["volumeMounts"]).Select(Map).Single(m => m["name"].ToString() == "data")["mountPath"].ToString());
    }

    [GeneratedRegex("^docker.io/(library/)?")]
    private static partial Regex DockersOwn();
}
