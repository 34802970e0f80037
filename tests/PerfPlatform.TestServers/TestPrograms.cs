using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.TestServers;

/// <summary>Where the tests find the servers: PERFPLATFORM_SERVERS, the clone's .servers, the machine's shared folder.</summary>
public static class TestPrograms
{
    public static ServerPrograms Programs { get; } =
        ServerPrograms.Find(Environment.GetEnvironmentVariable(ServerPrograms.Variable), AppContext.BaseDirectory);

    internal static ServerOptions Options(string folder, bool durable) => new() { Programs = Programs, DataFolder = folder, Durable = durable };
}
