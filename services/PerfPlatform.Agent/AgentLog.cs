namespace PerfPlatform.Agent;

/// <summary>The agent's log: lines on standard error, for whoever started it (Standalone, systemd, a container's runtime) to keep. A logging framework would cost more memory than all the rest.</summary>
internal static class AgentLog
{
    public static void Write(string line) => Console.Error.WriteLine("agent: " + line);
}
