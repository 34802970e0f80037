using PerfPlatform.ServiceDefaults;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Backups;

/// <summary>Runs the verbs <c>backup</c> and <c>restore</c>.</summary>
internal static class BackupCommand
{
    /// <summary>Returns the exit code: 0 done, 1 not done (one line says why), 2 arguments that cannot be meant, 130 interrupted.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (!BackupVerb.TryParse(arguments, out var verb))
        {
            await Console.Error.WriteLineAsync(BackupVerb.Usage);
            return 2;
        }

        try
        {
            // As the product itself reads them.
            using var configuration = new ConfigurationManager();
            configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables().AddCommandLine(verb.Settings)
                .AddKeyPerFile(ServiceDefaultsExtensions.SecretFiles, optional: true);
            var settings = StandaloneSettings.From(configuration);
            var programs = ServerPrograms.Look(configuration[ServerPrograms.Variable], AppContext.BaseDirectory);
            await (verb.Restores ? RestoreAsync(verb, configuration, settings, programs, cancellationToken) : BackupAsync(verb, configuration, settings, programs, cancellationToken));
            return 0;
        }
        catch (BackupException e)
        {
            await Console.Error.WriteLineAsync($"{arguments[0]}: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"{arguments[0]}: interrupted");
            return 130;
        }
    }

    private static async Task BackupAsync(BackupVerb verb, IConfiguration configuration, StandaloneSettings settings, ServerPrograms? programs, CancellationToken cancellationToken)
    {
        await using var servers = await BackupServers.OpenAsync(configuration, settings, cancellationToken);
        await new BackupWriter(servers, programs, TimeProvider.System, Console.Out).WriteAsync(verb.Path, cancellationToken);
    }

    private static async Task RestoreAsync(BackupVerb verb, IConfiguration configuration, StandaloneSettings settings, ServerPrograms? programs, CancellationToken cancellationToken)
    {
        // First all that can be seen in the file.
        await using var archive = await BackupArchive.OpenAsync(verb.Path, cancellationToken);
        BackupRestorer.RequireKnown(archive.Manifest);
        await using var servers = await BackupServers.OpenAloneAsync(configuration, settings, cancellationToken);
        await new BackupRestorer(archive, servers, programs, Console.Out).RunAsync(verb.Force, cancellationToken);
    }
}
