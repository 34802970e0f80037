using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.TestServers;

/// <summary>
/// A real RabbitMQ (Debian's rabbitmq-server) for one test process, with its own node name, ports, Erlang port mapper and folder.
/// </summary>
public sealed class RabbitMqFixture : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Control = "/usr/lib/rabbitmq/bin/rabbitmqctl";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private TestFolder? _folder;
    private Process? _broker;
    private int _port;
    private int _managementPort;
    private int _distributionPort;
    private int _mapperPort;

    /// <summary>In the form of ConnectionStrings:rabbitmq.</summary>
    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{_port}/";

    /// <summary>The management plugin's HTTP API (guest, guest): queue lengths and the like.</summary>
    public Uri ManagementApi => new($"http://127.0.0.1:{_managementPort}/api/");

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (!File.Exists(Program))
            throw new InvalidOperationException("rabbitmq-server is not installed: an administrator runs apt-get install rabbitmq-server, or ./test.sh as root.");
        _folder = await TestFolder.CreateAsync("mq", cancellationToken);
        var ports = FreePorts.Some(4);
        (_port, _managementPort, _distributionPort, _mapperPort) = (ports[0], ports[1], ports[2], ports[3]);
        WriteFiles(_folder.Path);
        await LaunchAsync(cancellationToken);
    }

    /// <summary>Makes a virtual host of its own; the answer is the connection string to it.</summary>
    public async Task<string> VirtualHostAsync(CancellationToken cancellationToken = default)
    {
        var name = Guid.NewGuid().ToString("N");
#pragma warning disable RS0030 // A test's own client of a loopback address.
        using var management = new HttpClient { BaseAddress = ManagementApi };
#pragma warning restore RS0030
        management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        // The plugin answers a moment after the broker does.
        await Wait.ForAsync("the virtual host", async () => (await management.PutAsync("vhosts/" + name, JsonContent.Create(new { }), cancellationToken)).IsSuccessStatusCode, StartLimit);
        (await management.PutAsJsonAsync($"permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" }, cancellationToken)).EnsureSuccessStatusCode();
        return ConnectionString + name;
    }

    /// <summary>Ends the broker at once, as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        _broker!.Kill(entireProcessTree: true);
        await _broker.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Tells the broker something by its <c>rabbitmqctl</c>.</summary>
    public async Task ControlAsync(string[] arguments, CancellationToken cancellationToken = default)
    {
        var port = Text(FreePorts.One());
        var start = new ProcessStartInfo(Control, arguments) { WorkingDirectory = _folder!.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment(_folder.Path).Where(e => e.Name is not ("RABBITMQ_DIST_PORT" or "RABBITMQ_PID_FILE" or "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"))) start.Environment[name] = value;
        (start.Environment["RABBITMQ_CTL_DIST_PORT_MIN"], start.Environment["RABBITMQ_CTL_DIST_PORT_MAX"]) = (port, port);
        using var control = Process.Start(start)!;
        var said = await Task.WhenAll(control.StandardOutput.ReadToEndAsync(cancellationToken), control.StandardError.ReadToEndAsync(cancellationToken));
        await control.WaitForExitAsync(cancellationToken);
        if (control.ExitCode != 0) throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {string.Concat(said)}");
    }

    /// <summary>Starts the broker again after <see cref="KillAsync"/>, with its data and at the same address.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => LaunchAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            if (!_broker.HasExited)
                await KillAsync();
            _broker.Dispose();
        }

        if (_folder is not null)
        {
            KillLeftover(_folder.Path);
            _folder.Dispose();
        }
    }

    /// <summary>Ends every process (the broker, its helpers and the port mapper, which outlives it) that was started for <paramref name="folder"/>.</summary>
    internal static void KillLeftover(string folder)
    {
        var mark = Encoding.UTF8.GetBytes($"PERFPLATFORM_TEST_BROKER={folder}\0");
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    if (File.ReadAllBytes($"/proc/{process.Id}/environ").AsSpan().IndexOf(mark) >= 0)
                        process.Kill();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // Gone already, or not ours.
                }
            }
        }
    }

    private void WriteFiles(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        var cookie = Path.Combine(folder, "home", ".erlang.cookie");
        File.WriteAllText(cookie, Guid.NewGuid().ToString("N"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        File.WriteAllText(Path.Combine(folder, "plugins"), "[rabbitmq_management,rabbitmq_consistent_hash_exchange].\n");
        File.WriteAllText(Path.Combine(folder, "rabbitmq.conf"), $"""
            loopback_users = none
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {_managementPort}
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 100MB
            log.console = false
            log.file.level = warning

            """);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var folder = _folder!.Path;
        var start = new ProcessStartInfo(Program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment(folder)) start.Environment[name] = value;

        _broker?.Dispose();
        _broker = Process.Start(start)!;
        _broker.OutputDataReceived += static (_, _) => { };
        _broker.ErrorDataReceived += static (_, _) => { };
        _broker.BeginOutputReadLine();
        _broker.BeginErrorReadLine();
        var started = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (_broker.HasExited || TimeProvider.System.GetElapsedTime(started) > StartLimit)
                throw new InvalidOperationException($"RabbitMQ did not start; its log is in {folder}/log:\n{LogTail(folder)}");
            await Task.Delay(100, cancellationToken);
        }
    }

    private (string Name, string Value)[] Environment(string folder) =>
    [
        ("PERFPLATFORM_TEST_BROKER", folder),
        ("RABBITMQ_NODENAME", $"pp{_port}@localhost"),
        ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_NODE_PORT", Text(_port)),
        ("RABBITMQ_DIST_PORT", Text(_distributionPort)),
        ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq")),
        ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "plugins")),
        ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "mnesia")),
        ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
        ("RABBITMQ_PID_FILE", Path.Combine(folder, "rabbitmq.pid")),
        ("ERL_EPMD_PORT", Text(_mapperPort)),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("HOME", Path.Combine(folder, "home")),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 2:2 +sbwt none"),
    ];

    // The broker answers the protocol header with Connection.Start only when it is up; an open port alone says less.
    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\x09\x01"u8.ToArray(), cancellationToken);
            var first = new byte[1];
            return await stream.ReadAsync(first, cancellationToken) == 1 && first[0] == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static string LogTail(string folder) => string.Join('\n', Directory.GetFiles(Path.Combine(folder, "log"))
        .SelectMany(file => File.ReadLines(file).TakeLast(20)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
