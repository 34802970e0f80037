using System.ComponentModel;
using System.Diagnostics;
using Npgsql;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Backups;

/// <summary>One run of pg_dump or pg_restore, fed and read through pipes.</summary>
internal sealed class PostgresTool : IDisposable
{
    private readonly string _name;
    private readonly Process _process;
    private readonly Task<string> _errors;

    private PostgresTool(string name, Process process)
    {
        (_name, _process) = (name, process);
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts one.</summary>
    /// <param name="programs">The fetched programs; null takes those of the system.</param>
    /// <param name="name">Which.</param>
    /// <param name="database">The connection string of the database, or null where it needs none.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="BackupException">It is not there.</exception>
    public static PostgresTool Start(ServerPrograms? programs, string name, string? database, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(programs?.Path(name) ?? name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (database is not null) Connect(start, new NpgsqlConnectionStringBuilder(database));
        try
        {
            return new PostgresTool(name, Process.Start(start.WithKnownLocale())!);
        }
        catch (Win32Exception e)
        {
            throw new BackupException($"{name} of PostgreSQL is missing: run eng/fetch-servers.sh FOLDER and set {ServerPrograms.Variable}=FOLDER, or install PostgreSQL's client programs", e);
        }
    }

    /// <summary>Gives it all of a stream and waits for its end.</summary>
    /// <exception cref="BackupException">It failed.</exception>
    public async Task FeedAsync(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await content.CopyToAsync(_process.StandardInput.BaseStream, 1 << 20, cancellationToken);
        }
        catch (IOException)
        {
            // It does not read any more: its end says why.
        }

        await EndAsync(cancellationToken);
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="BackupException">It failed.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        await _process.WaitForExitAsync(cancellationToken);
        var said = await _errors;
        if (_process.ExitCode != 0) throw new BackupException($"{_name} failed: {Reason(said)}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>"pg_dump: error: connection to server ... failed" among warnings, which TimescaleDB's own tables always cause.</summary>
    internal static string Reason(string said)
    {
        const string mark = "error: ";
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.FirstOrDefault(l => l.Contains(mark, StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
        return line[(line.IndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? at + mark.Length : 0)..];
    }

    // In its environment and not among its arguments, which every user of the machine may see.
    private static void Connect(ProcessStartInfo start, NpgsqlConnectionStringBuilder database)
    {
        Set("PGHOST", database.Host);
        Set("PGPORT", $"{database.Port}");
        Set("PGUSER", database.Username);
        Set("PGPASSWORD", database.Password);
        Set("PGDATABASE", database.Database);
        Set("PGSSLROOTCERT", database.RootCertificate);
        Set("PGSSLMODE", database.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        });

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        }
    }
}
