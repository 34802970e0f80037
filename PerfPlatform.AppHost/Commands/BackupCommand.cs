using PerfPlatform.AppHost.Servers;
using PerfPlatform.Contracts;
using Projects;

namespace PerfPlatform.AppHost.Commands;

/// <summary>The database: <c>backup</c> of the one-process form's program, told the servers and the secret of this application.</summary>
internal static class BackupCommand
{
    public const string Name = "back-up";

    public static IResourceBuilder<T> WithBackupCommand<T>(
        this IResourceBuilder<T> database, IResourceBuilder<IResourceWithConnectionString> redis, IResourceBuilder<ParameterResource> secret)
        where T : IResourceWithConnectionString => database.WithProgramCommand(
        Name,
        "Back up",
        new ProcessCommandOptions
        {
            Description = "Writes the whole database, what only Redis holds, and the secret into a file. Intake and queries go on meanwhile.",
            ConfirmationMessage = "Everything that is stored is written into a file: with much of it this takes its time and its room. Back up?",
            IconName = "DatabaseArrowDown",
            IsHighlighted = true,
            Progress = new CommandProgressOptions { Message = "The backup is being written." },
        },
        async context =>
        {
            var program = CommandExtensions.BuiltProgram(new PerfPlatform_Standalone(), "backup", Folder(database.ApplicationBuilder));
            program.EnvironmentVariables[$"ConnectionStrings__{ResourceNames.Metrics}"] = (await database.Resource.GetConnectionStringAsync(context.CancellationToken))!;
            program.EnvironmentVariables[$"ConnectionStrings__{ResourceNames.Redis}"] = (await redis.Resource.GetConnectionStringAsync(context.CancellationToken))!;
            program.EnvironmentVariables["PERFPLATFORM_SECRET"] = (await secret.Resource.GetValueAsync(context.CancellationToken))!;
            return program;
        });

    private static string Folder(IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(Path.Combine(DataFolder.Of(builder) ?? Path.Combine(builder.AppHostDirectory, "../data/apphost"), "backups"));
}
