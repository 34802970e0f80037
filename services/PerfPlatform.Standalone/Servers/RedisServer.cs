using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PerfPlatform.Standalone.Servers;

/// <summary>A private Redis with its data in <c>redis</c> of the data folder, on a Unix socket there or on a free port.</summary>
public sealed class RedisServer(ServerOptions options) : IAsyncDisposable
{
    private const string SocketName = "redis.sock";
    private const string AppendFolder = "appendonlydir";

    private readonly string _folder = Path.Combine(options.DataFolder, "redis");
    private ServerEndpoint? _endpoint;
    private string _password = "";

    private string PidFile => Path.Combine(_folder, "redis.pid");

    private string LogFile => Path.Combine(_folder, "server.log");

    private string ConfigurationFile => Path.Combine(_folder, "redis.conf");

    /// <summary>True while the server's main process lives.</summary>
    public bool IsRunning => ServerProcess.Find(PidFile, _folder) is not null;

    /// <summary>True when the last start took over a running server.</summary>
    public bool WasRunning { get; private set; }

    /// <summary>In the form of StackExchange.Redis.</summary>
    public string ConnectionString
    {
        get
        {
            var endpoint = _endpoint ?? throw new InvalidOperationException("The server has not been started.");
            var address = endpoint.SocketFolder is { } folder ? $"!{Path.Combine(folder, SocketName)}" : $"127.0.0.1:{endpoint.Port}";
            return $"{address},password={_password},abortConnect=false";
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        options.CreateSharedFolders();
        options.Account.CreateFolder(_folder);
        await ReadPasswordAsync(cancellationToken);
        WasRunning = await TakeOverAsync(cancellationToken);
        if (WasRunning || await LaunchAsync(cancellationToken))
            return;

        // Nothing in Redis is the only copy of anything that cannot be made again, so an unreadable file is set aside.
        var append = Path.Combine(_folder, AppendFolder);
        var broken = append + ".broken";
        if (Directory.Exists(append))
        {
            if (Directory.Exists(broken))
                Directory.Delete(broken, recursive: true);
            Directory.Move(append, broken);
        }

        if (!await LaunchAsync(cancellationToken))
            throw new StartupException($"Redis does not start, see {LogFile}");
    }

    /// <summary>Finds the server that runs on the folder and leaves it as it is; false where none answers.</summary>
    public async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
            return false;
        await ReadPasswordAsync(cancellationToken);
        // "port 0" in its file: it listens on the socket only.
        var line = File.ReadLines(ConfigurationFile).First(text => text.StartsWith("port ", StringComparison.Ordinal));
        var port = int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
        _endpoint = new ServerEndpoint(port == 0 ? options.RunFolder : null, port);
        return await AnswersAsync(cancellationToken);
    }

    /// <summary>Stops the server after it has written everything.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (ServerProcess.Find(PidFile, _folder) is not { } pid)
            return;
        ServerProcess.Signal(pid, Posix.Terminate);
        if (!await ServerProcess.WaitForEndAsync(pid, TimeSpan.FromSeconds(15), cancellationToken))
        {
            ServerProcess.Signal(pid, Posix.Kill);
            await ServerProcess.WaitForEndAsync(pid, TimeSpan.FromSeconds(5), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

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

    private async Task ReadPasswordAsync(CancellationToken cancellationToken)
    {
        // Not base64: '=' and ',' mean something in a connection string.
        var secret = await SecretFile.ReadOrCreateAsync(options.SecretPath("redis"), cancellationToken);
        _password = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(secret));
    }

    private async Task<bool> LaunchAsync(CancellationToken cancellationToken)
    {
        // A server that is started again keeps its address: clients know it.
        _endpoint ??= ServerEndpoint.Choose(options.RunFolder, SocketName, 0);
        await options.Account.WriteFileAsync(ConfigurationFile, Configuration(_endpoint), cancellationToken);
        var (exit, _) = await ServerCommand.RunAsync(
            options.Account.Start(options.Programs.Path("redis-server"), ConfigurationFile), TimeSpan.FromSeconds(30), cancellationToken);
        return exit == 0 && await AnswersAsync(cancellationToken);
    }

    private string Configuration(ServerEndpoint endpoint) => string.Join('\n',
    [
        $"port {endpoint.Port}",
        "bind 127.0.0.1",
        .. endpoint.SocketFolder is { } folder ? (string[])[$"unixsocket \"{Path.Combine(folder, SocketName)}\"", "unixsocketperm 777"] : [],
        $"requirepass {_password}",
        $"dir \"{_folder}\"",
        $"pidfile \"{PidFile}\"",
        $"logfile \"{LogFile}\"",
        "loglevel warning",
        // A session of its own: Ctrl-C in the terminal reaches the product only, which stops the servers last.
        "daemonize yes",
        options.Durable ? "appendonly yes" : "appendonly no",
        "appendfsync everysec",
        "save \"\"",
        "databases 1024",
        "maxmemory 512mb",
        "maxmemory-policy noeviction",
        "",
    ]);

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < options.StartLimit)
        {
            var answer = await PingAsync(cancellationToken);
            if (answer.EndsWith("+PONG\r\n", StringComparison.Ordinal))
                return true;
            // It writes its pid file after it has forked, and answers -LOADING while it reads its file.
            var young = TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2);
            if (!young && ServerProcess.Find(PidFile, _folder) is null || answer.Contains("-WRONGPASS", StringComparison.Ordinal))
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return false;
    }

    private async Task<string> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = _endpoint!.SocketFolder is null
                ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(
                _endpoint.SocketFolder is { } folder
                    ? new UnixDomainSocketEndPoint(Path.Combine(folder, SocketName))
                    : new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, _endpoint.Port),
                cancellationToken);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {_password}\r\nPING\r\n"), cancellationToken);
            socket.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "";
        }
    }
}
