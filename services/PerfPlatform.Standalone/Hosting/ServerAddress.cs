using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>The address of pages and API as this machine reaches it, known once the server listens.</summary>
internal static class ServerAddress
{
    public static Uri Local(this IServer server)
    {
        // "http://[::]:5080": the first is the pages' port, the others are the intake's.
        var first = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Uri($"http://localhost:{BindingAddress.Parse(first).Port}");
    }
}
