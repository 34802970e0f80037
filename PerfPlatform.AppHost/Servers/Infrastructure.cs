using System.ComponentModel;
using System.Diagnostics;

namespace PerfPlatform.AppHost.Servers;

/// <summary>Where PostgreSQL, Redis and RabbitMQ come from: the setting <c>Infra=containers|local</c>, else containers where an engine answers.</summary>
internal enum Infrastructure
{
    /// <summary>Images, run by the container engine.</summary>
    Containers,

    /// <summary>The servers installed on this machine.</summary>
    Local,
}

/// <summary>Decides for containers or the machine's own servers.</summary>
internal static class InfrastructureChoice
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What the setting says; without it containers when publishing, else what this machine can do, said in a line.</summary>
    public static Infrastructure Of(IDistributedApplicationBuilder builder)
    {
        switch (builder.Configuration["Infra"])
        {
            case "containers": return Infrastructure.Containers;
            case "local": return Infrastructure.Local;
            case null or "": break;
            case var other: throw new InvalidOperationException($"Infra is '{other}': it must be 'containers' or 'local'.");
        }

        if (builder.ExecutionContext.IsPublishMode) return Infrastructure.Containers;
        var engine = builder.Configuration["ASPIRE_CONTAINER_RUNTIME"] ?? builder.Configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"] ?? "docker";
        if (Answers(engine)) return Infrastructure.Containers;
        Console.WriteLine($"No container engine answers ({engine} info): PostgreSQL, Redis and RabbitMQ of this machine are used. Infra=containers or Infra=local decides otherwise.");
        return Infrastructure.Local;
    }

    private static bool Answers(string engine)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(engine, "info") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(Patience)) return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
