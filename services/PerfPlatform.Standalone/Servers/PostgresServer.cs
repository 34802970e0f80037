using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace PerfPlatform.Standalone.Servers;

/// <summary>
/// A private PostgreSQL with TimescaleDB. Its data is in <c>postgres</c> of the data folder, it listens on a Unix socket there (or on a
/// free port), and one that outlived a killed parent is taken over as it is.
/// </summary>
public sealed class PostgresServer(ServerOptions options) : IAsyncDisposable
{
    /// <summary>The role that owns everything, and the database of the product.</summary>
    public const string Role = "perfplatform";

    private const long LogLimit = 10 * 1024 * 1024;

    private readonly string _folder = Path.Combine(options.DataFolder, "postgres");
    private ServerEndpoint? _endpoint;
    private string _password = "";

    private string PidFile => Path.Combine(_folder, "postmaster.pid");

    private string LogFile => Path.Combine(_folder, "server.log");

    /// <summary>True while the server's main process lives.</summary>
    public bool IsRunning => ServerProcess.Find(PidFile, _folder) is not null;

    /// <summary>True when the last start took over a running server.</summary>
    public bool WasRunning { get; private set; }

    /// <summary>Creates the cluster if there is none, starts the server and creates the database and its extension.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        options.CreateSharedFolders();
        await RequireReachableAsync(cancellationToken);
        _password = await SecretFile.ReadOrCreateAsync(options.SecretPath("postgres"), cancellationToken);
        if (!File.Exists(Path.Combine(_folder, "PG_VERSION")))
            await InitializeAsync(cancellationToken);
        await RequireVersionAsync(cancellationToken);
        WasRunning = await TakeOverAsync(cancellationToken);
        if (!WasRunning)
            await LaunchAsync(cancellationToken);
        await CreateDatabaseAsync(Role, cancellationToken);
    }

    /// <summary>Finds the server that runs on the folder and leaves it as it is; false where none answers.</summary>
    public async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
            return false;
        _password = await SecretFile.ReadOrCreateAsync(options.SecretPath("postgres"), cancellationToken);
        var lines = await File.ReadAllLinesAsync(PidFile, cancellationToken);
        // postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status
        if (lines.Length <= 4 || !int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port))
            return false;
        _endpoint = new ServerEndpoint(lines[4].Length > 0 ? lines[4] : null, port);
        return await AnswersAsync(cancellationToken);
    }

    /// <summary>The connection string of a database on this server.</summary>
    public string ConnectionString(string database = Role)
    {
        var endpoint = _endpoint ?? throw new InvalidOperationException("The server has not been started.");
        return new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.SocketFolder ?? "127.0.0.1",
            Port = endpoint.Port,
            Username = Role,
            Password = _password,
            Database = database,
            MaxPoolSize = 60,
            Timeout = 15,
        }.ConnectionString;
    }

    /// <summary>Creates a database with TimescaleDB in it unless it is there.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using (var source = NpgsqlDataSource.Create(Unpooled("postgres")))
        {
            await using var exists = source.CreateCommand("SELECT count(*) FROM pg_database WHERE datname = $1");
            exists.Parameters.AddWithValue(name);
            if ((long)(await exists.ExecuteScalarAsync(cancellationToken))! == 0)
            {
                await using var create = source.CreateCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
        }

        await using var database = NpgsqlDataSource.Create(Unpooled(name));
        await using var extension = database.CreateCommand("CREATE EXTENSION IF NOT EXISTS timescaledb");
        await extension.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Stops the server: connections are ended and everything is written. A server that does not obey is stopped hard and recovers at its next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (ServerProcess.Find(PidFile, _folder) is not { } pid)
            return;
        var (exit, _) = await ControlAsync(["stop", "-m", "fast", "-t", "60"], TimeSpan.FromSeconds(70), cancellationToken);
        if (exit != 0)
            await ControlAsync(["stop", "-m", "immediate", "-t", "30"], TimeSpan.FromSeconds(40), cancellationToken);
        if (!await ServerProcess.WaitForEndAsync(pid, TimeSpan.FromSeconds(10), cancellationToken))
            ServerProcess.Signal(pid, Posix.Kill);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task RequireReachableAsync(CancellationToken cancellationToken)
    {
        if (!await options.Account.CanEnterAsync(options.RunFolder, cancellationToken))
        {
            throw new StartupException($"The data folder {options.DataFolder} lies under a folder that PostgreSQL's user cannot enter "
                + "(PostgreSQL does not run as root): set PERFPLATFORM_DATA=/var/lib/perfplatform");
        }

        if (!await options.Account.CanEnterAsync(options.Programs.Path(""), cancellationToken))
        {
            throw new StartupException($"The servers in {options.Programs.Folder} lie under a folder that PostgreSQL's user cannot enter "
                + $"(PostgreSQL does not run as root): set {ServerPrograms.Variable}=/var/lib/perfplatform-servers and run eng/fetch-servers.sh for it");
        }
    }

    // The cluster appears under its name only when it is whole: a kill during initdb leaves no half of one.
    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var draft = _folder + ".new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        options.Account.CreateFolder(draft);
        var cluster = Path.Combine(draft, "cluster");
        var passwordFile = Path.Combine(draft, "password");
        await options.Account.WriteFileAsync(passwordFile, _password + "\n", cancellationToken);
        var start = options.Account.Start(options.Programs.Path("initdb"),
        [
            "-D", cluster, "-U", Role, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions",
            .. options.Durable ? (string[])[] : ["--no-sync"],
        ]);
        var (exit, output) = await ServerCommand.RunAsync(start, options.StartLimit, cancellationToken);
        if (exit != 0)
            throw new StartupException($"PostgreSQL's initdb failed: {LastLine(output)}");
        await File.AppendAllTextAsync(Path.Combine(cluster, "postgresql.conf"), $"\ninclude_if_exists = '{PostgresConfiguration.FileName}'\n", cancellationToken);
        Directory.Move(cluster, _folder);
        Directory.Delete(draft, recursive: true);
    }

    private async Task RequireVersionAsync(CancellationToken cancellationToken)
    {
        // "17" in the cluster; "postgres (PostgreSQL) 17.5 (Debian ...)" from the program.
        var data = (await File.ReadAllTextAsync(Path.Combine(_folder, "PG_VERSION"), cancellationToken)).Trim();
        var (_, output) = await ServerCommand.RunAsync(
            options.Account.Start(options.Programs.Path("postgres"), "--version"), TimeSpan.FromSeconds(30), cancellationToken);
        if (!output.Contains($"(PostgreSQL) {data}", StringComparison.Ordinal))
            throw new StartupException($"The data in {_folder} is of PostgreSQL {data}, the server is '{LastLine(output)}': use the version that wrote it");
    }

    private async Task<bool> TakeOverAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
            return false;
        if (await FindAsync(cancellationToken))
            return true;
        await StopAsync(cancellationToken);
        _endpoint = null;
        return false;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (ServerProcess.Find(PidFile, _folder) is not null && TimeProvider.System.GetElapsedTime(started) < options.StartLimit)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Unpooled("postgres"));
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                // Starting, recovering or stopping.
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }

        return false;
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        await ServerProcess.ClearAsync(_folder, [PidFile, .. Directory.GetFiles(options.RunFolder, ".s.PGSQL.*")], cancellationToken);
        // A server that is started again keeps its address: clients know it.
        _endpoint ??= ServerEndpoint.Choose(options.RunFolder, ".s.PGSQL.5432", 5432);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        await options.Account.WriteFileAsync(
            Path.Combine(_folder, PostgresConfiguration.FileName), PostgresConfiguration.Write(_endpoint, options.Durable, memory), cancellationToken);
        if (File.Exists(LogFile) && new FileInfo(LogFile).Length > LogLimit)
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        var seconds = (int)options.StartLimit.TotalSeconds;
        var (exit, output) = await ControlAsync(["start", "-l", LogFile, "-t", seconds.ToString(CultureInfo.InvariantCulture)], options.StartLimit + TimeSpan.FromSeconds(10), cancellationToken);
        if (exit != 0)
        {
            var log = File.Exists(LogFile) ? await File.ReadAllLinesAsync(LogFile, cancellationToken) : [];
            var reason = log.LastOrDefault(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal)) ?? LastLine(output);
            throw new StartupException($"PostgreSQL does not start: {reason} (more in {LogFile})");
        }
    }

    private Task<(int ExitCode, string Output)> ControlAsync(string[] arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = options.Account.Start(options.Programs.Path("pg_ctl"), ["-D", _folder, "-s", "-w", .. arguments]);
        return ServerCommand.RunAsync(start, limit, cancellationToken);
    }

    private string Unpooled(string database) => ConnectionString(database) + ";Pooling=false";

    private static string LastLine(string text) => text.Trim().Split('\n')[^1].Trim();
}
