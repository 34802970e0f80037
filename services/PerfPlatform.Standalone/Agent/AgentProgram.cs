namespace PerfPlatform.Standalone.Agent;

/// <summary>The agent's program: shipped in <c>agent</c> beside Standalone, which the build fills.</summary>
internal static class AgentProgram
{
    public static string? Find(string folder)
    {
        var path = Path.Combine(folder, "agent", "PerfPlatform.Agent.dll");
        return File.Exists(path) ? path : null;
    }
}
