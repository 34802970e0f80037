using System.Globalization;

namespace PerfPlatform.Agent.Settings;

/// <summary>Reads the settings: command line over environment over defaults.</summary>
internal static class SettingsReader
{
    public const string Usage = """
        perfplatform-agent: collects this machine's metrics and sends them by OTLP.

          --endpoint <address>       PERFPLATFORM_ENDPOINT          server, http or https; default http://localhost:4318
          --api-key <key>            PERFPLATFORM_API_KEY           key with the scope ingest
          --api-key-file <file>      PERFPLATFORM_API_KEY_FILE      file with that key
          --interval <seconds>       PERFPLATFORM_AGENT_INTERVAL    0.1 to 60; default 1
          --buffer-dir <folder>      PERFPLATFORM_AGENT_BUFFER_DIR  where samples wait while the server is away
          --buffer-mb <MiB>          PERFPLATFORM_AGENT_BUFFER_MB   1 to 1048576; default 256; the oldest go first when it is full
          --host-name <name>         PERFPLATFORM_HOST_NAME         the name of this machine; default its own
          --filesystem-types <list>  PERFPLATFORM_AGENT_FILESYSTEM_TYPES  told besides local storage, as nfs4,ceph,fuse.sshfs
          --exit-with-parent                                        stop when standard input ends
          --version, --help

        Its own traces and log go to OTEL_EXPORTER_OTLP_ENDPOINT, where that is set.
        """;

    private const string DefaultEndpoint = "http://localhost:4318";
    private const double LeastInterval = 0.1;
    private const double MostInterval = 60;
    private const long MostBufferMegabytes = 1048576;

    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["--endpoint"] = "PERFPLATFORM_ENDPOINT",
        ["--api-key"] = "PERFPLATFORM_API_KEY",
        ["--api-key-file"] = "PERFPLATFORM_API_KEY_FILE",
        ["--interval"] = "PERFPLATFORM_AGENT_INTERVAL",
        ["--buffer-dir"] = "PERFPLATFORM_AGENT_BUFFER_DIR",
        ["--buffer-mb"] = "PERFPLATFORM_AGENT_BUFFER_MB",
        ["--host-name"] = "PERFPLATFORM_HOST_NAME",
        ["--filesystem-types"] = "PERFPLATFORM_AGENT_FILESYSTEM_TYPES",
    };

    /// <param name="args">The command line.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static AgentSettings Read(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var given = new Dictionary<string, (string Source, string Value)>(StringComparer.Ordinal);
        foreach (var variable in Variables.Values)
        {
            if (environment(variable) is { Length: > 0 } value)
                given[variable] = (variable, value);
        }

        var exitWithParent = false;
        for (var i = 0; i < args.Count; i++)
        {
            var (option, value) = args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (option == "--exit-with-parent")
            {
                exitWithParent = true;
                continue;
            }

            if (!Variables.TryGetValue(option, out var variable))
                throw new SettingsException($"'{option}' is not an option; --help lists them.");
            value ??= ++i < args.Count ? args[i] : throw new SettingsException($"{option} needs a value.");
            given[variable] = (option, value);
        }

        (string Source, string Value)? Given(string variable) => given.TryGetValue(variable, out var found) ? found : null;
        var keyFile = Given("PERFPLATFORM_API_KEY_FILE");
        if (keyFile is { } file && !File.Exists(file.Value))
            throw new SettingsException($"{file.Source}: there is no file '{file.Value}'.");
        return new AgentSettings
        {
            Endpoint = Endpoint(Given("PERFPLATFORM_ENDPOINT")),
            ApiKey = Given("PERFPLATFORM_API_KEY")?.Value,
            ApiKeyFile = keyFile?.Value,
            Interval = Interval(Given("PERFPLATFORM_AGENT_INTERVAL")),
            BufferFolder = Path.GetFullPath(Given("PERFPLATFORM_AGENT_BUFFER_DIR")?.Value ?? DefaultFolder(environment)),
            BufferBytes = BufferBytes(Given("PERFPLATFORM_AGENT_BUFFER_MB")),
            HostName = Given("PERFPLATFORM_HOST_NAME")?.Value ?? Environment.MachineName,
            FilesystemTypes = (Given("PERFPLATFORM_AGENT_FILESYSTEM_TYPES")?.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal),
            ExitWithParent = exitWithParent,
        };
    }

    private static Uri Endpoint((string Source, string Value)? given)
    {
        var (source, value) = given ?? ("", DefaultEndpoint);
        return Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0
            ? address
            : throw new SettingsException($"{source}: '{value}' is not an address as http://server:4318.");
    }

    private static TimeSpan Interval((string Source, string Value)? given)
    {
        var (source, value) = given ?? ("", "1");
        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= LeastInterval and <= MostInterval
            ? TimeSpan.FromSeconds(seconds)
            : throw new SettingsException($"{source}: '{value}' is not a number of seconds from 0.1 to 60.");
    }

    private static long BufferBytes((string Source, string Value)? given)
    {
        var (source, value) = given ?? ("", "256");
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes is >= 1 and <= MostBufferMegabytes
            ? megabytes * 1024 * 1024
            : throw new SettingsException($"{source}: '{value}' is not a whole number of MiB from 1 to {MostBufferMegabytes}.");
    }

    private static string DefaultFolder(Func<string, string?> environment)
    {
        if (environment("PERFPLATFORM_DATA") is { Length: > 0 } data)
            return Path.Combine(data, "agent");
        var own = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        // A service without a home folder.
        return own.Length > 0 ? Path.Combine(own, "perfplatform", "agent") : "/var/lib/perfplatform-agent";
    }
}
