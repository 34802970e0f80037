using System.Reflection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.AppHost.Commands;

/// <summary>What every command of the app model has alike.</summary>
internal static class CommandExtensions
{
    /// <summary>Adds a command that calls the product; what goes wrong is told in the dashboard in its own words.</summary>
    public static IResourceBuilder<ProjectResource> WithProductCommand(
        this IResourceBuilder<ProjectResource> service, string name, string title, CommandOptions options, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> run)
    {
        options.UpdateState = WhileHealthy;
        return service.WithCommand(name, title, async context =>
        {
            try
            {
                return await run(context);
            }
            catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
            {
                return CommandResults.Canceled();
            }
            catch (HttpRequestException e)
            {
                return CommandResults.Failure(e);
            }
        }, options);
    }

    /// <summary>Adds a command that runs a program. The last line that it writes is its result, all of it can be looked at.</summary>
    public static IResourceBuilder<T> WithProgramCommand<T>(
        this IResourceBuilder<T> resource, string name, string title, ProcessCommandOptions options, Func<ExecuteCommandContext, ValueTask<ProcessCommandSpec>> program)
        where T : IResource
    {
        options.UpdateState = WhileHealthy;
        options.GetCommandResult = static result =>
        {
            var last = result.Output.Count > 0 ? result.Output[^1] : $"It ended with code {result.ExitCode} and said nothing.";
            var all = result.GetFormattedOutput(result.TotalOutputLineCount);
            return Task.FromResult(result.ExitCode == 0 ? CommandResults.Success(last, all) : CommandResults.Failure(last, all));
        };
        return resource.WithProcessCommand(name, title, program, options);
    }

    /// <summary>A program of the solution, which was built with the app host, in the same configuration.</summary>
    public static ProcessCommandSpec BuiltProgram(IProjectMetadata project, params IEnumerable<string> arguments) => new("dotnet")
    {
        Arguments = ["run", "--project", project.ProjectPath, "--no-build", "--no-launch-profile", "--configuration", Configuration, "--", .. arguments],
    };

    private static string Configuration => typeof(CommandExtensions).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static ResourceCommandState WhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
