using Npgsql;
using PerfPlatform.AppHost.Servers;

namespace PerfPlatform.AppHost.Commands;

/// <summary>The database: writes all of it into a file, with <c>eng/backup.sh</c>.</summary>
internal static class BackupCommand
{
    public const string Name = "back-up";

    public static IResourceBuilder<T> WithBackupCommand<T>(this IResourceBuilder<T> database)
        where T : IResourceWithConnectionString => database.WithProgramCommand(
        Name,
        "Back up",
        new ProcessCommandOptions
        {
            Description = "Writes the whole database into a file that pg_restore reads. Intake and queries go on meanwhile.",
            ConfirmationMessage = "Everything that is stored is written into a file: with much of it this takes its time and its room. Back up?",
            IconName = "DatabaseArrowDown",
            IsHighlighted = true,
            Progress = new CommandProgressOptions { Message = "The database is being written." },
        },
        async context =>
        {
            var connection = new NpgsqlConnectionStringBuilder(await database.Resource.GetConnectionStringAsync(context.CancellationToken));
            var program = new ProcessCommandSpec(Path.Combine(database.ApplicationBuilder.AppHostDirectory, "../eng/backup.sh"))
            {
                EnvironmentVariables =
                {
                    ["PGHOST"] = connection.Host!,
                    ["PGPORT"] = $"{connection.Port}",
                    ["PGUSER"] = connection.Username!,
                    ["PGPASSWORD"] = connection.Password!,
                    ["PGDATABASE"] = connection.Database!,
                },
            };
            if (DataFolder.Of(database.ApplicationBuilder) is { } data) program.EnvironmentVariables[DataFolder.Variable] = data;
            return program;
        });
}
