namespace PerfPlatform.Standalone.Agent;

/// <summary>The local agent beside the services.</summary>
internal static class AgentModule
{
    public static void AddAgent(this WebApplicationBuilder builder, StandaloneSettings settings)
    {
        if (settings.Agent)
            builder.Services.AddHostedService<AgentProcess>();
    }
}
