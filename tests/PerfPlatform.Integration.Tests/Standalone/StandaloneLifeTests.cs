using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PerfPlatform.Standalone.Servers;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Start, second start, end, kill: the life of the one process with its servers.</summary>
public sealed partial class StandaloneLifeTests
{
    [Fact]
    public async Task Start_FirstAndSecond_PrintsCredentialsOnceAndFindsTheData()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        string password;
        await using (var first = StandaloneProcess.Start(folder.Path))
        {
            await first.ReadyAsync();
            password = Password().Match(first.Output).Groups[1].Value;
            Assert.Matches("^[a-z2-9]{20}$", password);
            Assert.Matches(@"ingest key +pp_\w+_\w+", first.Output);
            Assert.Equal(HttpStatusCode.OK, await GetAsync(first, "api/v1/keys", StandaloneProcess.Key));
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(first, "api/v1/keys", null));

            await first.TerminateAsync();
            Assert.Equal(0, await first.ExitAsync());
        }

        AssertNoServerRuns(folder.Path);
        await using var second = StandaloneProcess.Start(folder.Path, settings: ("PERFPLATFORM_API_KEY", ""));
        await second.ReadyAsync();
        Assert.DoesNotContain("password", second.Output, StringComparison.Ordinal);
        // The key is the first start's: the data was found.
        Assert.Equal(HttpStatusCode.OK, await GetAsync(second, "api/v1/keys", StandaloneProcess.Key));
    }

    [Fact]
    public async Task Start_PasswordGiven_IsNotPrinted()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var product = StandaloneProcess.Start(folder.Path, settings: ("PERFPLATFORM_ADMIN_PASSWORD", "a password of the test"));
        await product.ReadyAsync();
        Assert.DoesNotContain("a password of the test", product.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch(Password(), product.Output);
    }

    [Fact]
    public async Task Start_ServersThatAreAway_AreALineEachWithoutAStack()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        var closed = FreePorts.One();
        var started = Stopwatch.StartNew();
        await using var product = StandaloneProcess.Start(folder.Path, settings:
        [
            ("ConnectionStrings__metrics", $"Host=127.0.0.1;Port={closed};Username=a;Password=b;Database=c"),
            ("ConnectionStrings__redis", $"127.0.0.1:{closed},abortConnect=false"),
            ("ConnectionStrings__rabbitmq", $"amqp://127.0.0.1:{closed}"),
        ]);
        string[] troubles = ["PostgreSQL is away", "Redis is away", "RabbitMQ is away"];
        foreach (var trouble in troubles) await product.SaysAsync(trouble);
        Assert.DoesNotContain("   at ", product.Output, StringComparison.Ordinal);
        var minutes = (int)started.Elapsed.TotalMinutes + 1;
        Assert.All(troubles, trouble => Assert.InRange(product.Output.Split(trouble).Length - 1, 1, minutes));
    }

    [Fact]
    public async Task Interrupt_WhileRunning_EndsCleanly()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var product = StandaloneProcess.Start(folder.Path);
        await product.ReadyAsync();
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", product.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        Assert.Equal(0, await product.ExitAsync());
        AssertNoServerRuns(folder.Path);
    }

    [Fact]
    public async Task Terminate_WhileTheServersStart_EndsThemToo()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var product = StandaloneProcess.Start(folder.Path);
        await product.SaysAsync("Starting the database");
        await product.TerminateAsync();
        Assert.Equal(0, await product.ExitAsync());
        AssertNoServerRuns(folder.Path);
    }

    [Fact]
    public async Task Kill_ThenStart_TakesOverTheServersAndEndsThem()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using (var first = StandaloneProcess.Start(folder.Path))
        {
            await first.ReadyAsync();
            first.Kill();
            await first.ExitAsync();
        }

        var servers = Servers(folder.Path);
        Assert.True(servers.Postgres.IsRunning, "PostgreSQL outlives a killed parent");
        Assert.True(servers.Redis.IsRunning, "Redis outlives a killed parent");

        await using var second = StandaloneProcess.Start(folder.Path);
        await second.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(second, "api/v1/keys", StandaloneProcess.Key));
        await second.TerminateAsync();
        Assert.Equal(0, await second.ExitAsync());
        AssertNoServerRuns(folder.Path);
    }

    [Fact]
    public async Task Kill_WithItsServers_RecoversAtTheNextStart()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using (var first = StandaloneProcess.Start(folder.Path))
        {
            await first.ReadyAsync();
            first.Kill();
            KillServers(folder.Path);
            await first.ExitAsync();
        }

        await using var second = StandaloneProcess.Start(folder.Path);
        await second.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(second, "api/v1/keys", StandaloneProcess.Key));
    }

    [Fact]
    public async Task Servers_KilledWhileItRuns_AreStartedAgain()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var product = StandaloneProcess.Start(folder.Path);
        await product.ReadyAsync();
        KillServers(folder.Path);

        await product.SaysAsync("PostgreSQL is back");
        await product.SaysAsync("Redis is back");
        await Wait.ForAsync("the key is taken again", async () => await GetAsync(product, "api/v1/keys", StandaloneProcess.Key) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Start_PortTaken_OneLineAndNonZero()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var product = StandaloneProcess.Start(folder.Path, port);
        Assert.NotEqual(0, await product.ExitAsync());
        Assert.Equal($"Port {port} is taken: stop what listens there, or set PERFPLATFORM_HTTP_PORT to another one", product.Output);
    }

    [Fact]
    public async Task Start_OtlpPortTaken_WarnsAndRuns()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var product = StandaloneProcess.Start(folder.Path, settings: [("PERFPLATFORM_OTLP_HTTP_PORT", port), ("PERFPLATFORM_OTLP_GRPC_PORT", port)]);
        await product.ReadyAsync();
        Assert.Contains($"Warning: port {port} is taken, so OTLP/HTTP is only on port", product.Output, StringComparison.Ordinal);
        Assert.Contains($"Warning: port {port} is taken, so there is no OTLP/gRPC", product.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderNotWritable_OneLineAndNonZero()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        // A file where the folder should be: not even root can write into it.
        await File.WriteAllTextAsync(folder.Path, "");
        var data = Path.Combine(folder.Path, "inside");
        await using var product = StandaloneProcess.Start(data);
        Assert.NotEqual(0, await product.ExitAsync());
        Assert.StartsWith($"The data folder {data} cannot be written", product.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', product.Output);
        File.Delete(folder.Path);
    }

    [Fact]
    public async Task Start_FolderOfNewerVersion_OneLineAndNonZero()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "format"), "999\n");
        await using var product = StandaloneProcess.Start(folder.Path);
        Assert.NotEqual(0, await product.ExitAsync());
        Assert.StartsWith($"The data folder {folder.Path} belongs to a newer version of PerfPlatform", product.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', product.Output);
    }

    [Fact]
    public async Task Start_FolderInUse_OneLineAndNonZero()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var first = StandaloneProcess.Start(folder.Path);
        await first.ReadyAsync();
        await using var second = StandaloneProcess.Start(folder.Path);
        Assert.NotEqual(0, await second.ExitAsync());
        Assert.Contains("is in use by another PerfPlatform", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', second.Output);
    }

    private static (PostgresServer Postgres, RedisServer Redis) Servers(string folder)
    {
        var options = new ServerOptions { Programs = TestPrograms.Programs, DataFolder = folder };
        return (new PostgresServer(options), new RedisServer(options));
    }

    private static void AssertNoServerRuns(string folder)
    {
        var servers = Servers(folder);
        Assert.False(servers.Postgres.IsRunning, "PostgreSQL still runs");
        Assert.False(servers.Redis.IsRunning, "Redis still runs");
    }

    private static void KillServers(string folder)
    {
        foreach (var file in (string[])[Path.Combine(folder, "postgres", "postmaster.pid"), Path.Combine(folder, "redis", "redis.pid")])
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadLines(file).First(), System.Globalization.CultureInfo.InvariantCulture));
            process.Kill();
        }
    }

    private static async Task<HttpStatusCode?> GetAsync(StandaloneProcess product, string path, string? key)
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler) { BaseAddress = product.Address };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    [GeneratedRegex(@"password +(\S+)")]
    private static partial Regex Password();
}
