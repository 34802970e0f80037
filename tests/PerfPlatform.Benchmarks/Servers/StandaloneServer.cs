using System.Diagnostics;
using System.Security.Cryptography;
using PerfPlatform.Benchmarks.Query;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Standalone as users run it: the Release build, a process of its own, a data folder of its own.</summary>
internal sealed class StandaloneServer : BenchServer
{
    public const string Title = "standalone";

    /// <summary>An hour is merged as soon as nothing has come for it for longer than a flush takes to come: for benchmarks of what stays, which would wait for minutes otherwise.</summary>
    public static readonly IReadOnlyDictionary<string, string> MergesAtOnce = new Dictionary<string, string>
    {
        ["Analysis__Store__CompactionLateness"] = "00:00:20",
        ["Analysis__Store__CompactionInterval"] = "00:00:05",
    };

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly int _port = FreePorts.One();
    private readonly string _data;
    private readonly string _key = $"pp_bench_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
    private readonly PlatformAnswers _answers;
    private ChildProcess _process;

    private StandaloneServer(IReadOnlyDictionary<string, string> settings)
    {
        _settings = settings;
        _data = Directory.CreateTempSubdirectory("perfplatform-bench-").FullName;
        // The embedded PostgreSQL may run as another user, who must get in.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        _answers = new PlatformAnswers(Url, _key);
        _process = Launch();
    }

    public override string Name => Title;

    public Uri Url => new($"http://127.0.0.1:{_port}");

    public override Uri WriteAddress => new(Url, "/api/v1/write");

    public override string Key => _key;

    public override IReadOnlyCollection<int> Processes => [_process.Id];

    public override string DataFolder => _data;

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <exception cref="InvalidOperationException">It is not built, or ended.</exception>
    public static async Task<StandaloneServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var server = new StandaloneServer(settings);
        try
        {
            await server.ReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it, by SIGTERM or kill -9, and starts it again with its data; returns when it is healthy.</summary>
    /// <returns>How long the new process took.</returns>
    public async Task<TimeSpan> RestartAsync(bool crash, CancellationToken cancellationToken)
    {
        if (crash) await _process.KillAsync();
        await _process.DisposeAsync();
        var clock = Stopwatch.StartNew();
        _process = Launch();
        await ReadyAsync(cancellationToken);
        return clock.Elapsed;
    }

    public override Uri Ask(Question question) => _answers.Ask(question);

    public override Points Read(Question question, byte[] answer) => PlatformAnswers.Read(question, answer);

    public override Task SettleAsync(CancellationToken cancellationToken) => _answers.SettleAsync(cancellationToken);

    public override Task<long> BytesAtRestAsync(CancellationToken cancellationToken) => _answers.BytesAtRestAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _answers.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private Task ReadyAsync(CancellationToken cancellationToken) => _process.ReadyAsync(new Uri(Url, "/health"), text => text == "Healthy", cancellationToken);

    private ChildProcess Launch()
    {
        var program = Path.Combine(Repository.Root, "services/PerfPlatform.Standalone/bin/Release/net10.0/PerfPlatform.Standalone.dll");
        if (!File.Exists(program)) throw new InvalidOperationException("Standalone is not built: dotnet build -c Release services/PerfPlatform.Standalone");
        var start = new ProcessStartInfo("dotnet", [program]);
        start.Environment["PERFPLATFORM_DATA"] = _data;
        start.Environment["PERFPLATFORM_HTTP_PORT"] = _port.ToString();
        start.Environment["PERFPLATFORM_OTLP_HTTP_PORT"] = "0";
        start.Environment["PERFPLATFORM_OTLP_GRPC_PORT"] = "0";
        start.Environment["PERFPLATFORM_AGENT"] = "false";
        start.Environment["PERFPLATFORM_API_KEY"] = _key;
        if (Environment.GetEnvironmentVariable("PERFPLATFORM_SERVERS") is not { Length: > 0 }) start.Environment.Remove("PERFPLATFORM_SERVERS");
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        return new ChildProcess("Standalone", start);
    }
}
