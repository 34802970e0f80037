using System.Globalization;
using Projects;

namespace PerfPlatform.AppHost.Commands;

/// <summary>Ingestion: runs the example of the client library, a document processor that sends its metrics, for a while.</summary>
internal static class ExampleLoadCommand
{
    public const string Name = "run-example-load";

    /// <summary>Its argument: how long.</summary>
    public const string Seconds = "seconds";

    private const int Longest = 3600;

    public static IResourceBuilder<ProjectResource> WithExampleLoadCommand(this IResourceBuilder<ProjectResource> ingestion, ProductApi product) => ingestion.WithProgramCommand(
        Name,
        "Run the example load",
        new ProcessCommandOptions
        {
            Description = "A document processor sends its throughput, latency, errors and queues over OTLP; its threshold becomes an alert rule.",
            IconName = "TopSpeed",
            Progress = new CommandProgressOptions { Message = "The example is sending." },
            Arguments = [new InteractionInput { Name = Seconds, Label = "Seconds", InputType = InputType.Number, Value = "60", Required = true }],
            ValidateArguments = static context =>
            {
                if (!IsDuration(context.Inputs[Seconds].Value)) context.AddValidationError(context.Inputs[Seconds], $"It must be 1 to {Longest}.");
                return Task.CompletedTask;
            },
        },
        async context =>
        {
            var program = CommandExtensions.BuiltProgram(
                new PerfPlatform_Client_Example(),
                "--endpoint", ingestion.GetEndpoint("otlp-http").Url, "--rules", product.Address("/").ToString(), "--duration", context.Arguments.GetString(Seconds)!);
            program.EnvironmentVariables["PERFPLATFORM_API_KEY"] = (await product.Key.GetValueAsync(context.CancellationToken))!;
            return program;
        });

    public static bool IsDuration(string? seconds) => int.TryParse(seconds, CultureInfo.InvariantCulture, out var value) && value is >= 1 and <= Longest;
}
