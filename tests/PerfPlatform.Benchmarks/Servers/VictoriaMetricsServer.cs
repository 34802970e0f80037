using System.Diagnostics;
using System.Globalization;
using PerfPlatform.Benchmarks.Query;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>VictoriaMetrics, single node, with its defaults; it acknowledges what it has in memory and writes it within 5 s.</summary>
internal sealed class VictoriaMetricsServer(RivalProgram program) : BenchServer
{
    public const string Title = "victoria-metrics";

    // Its cache of answers is left out of the questions, for the others have none.
    private readonly PrometheusAnswers _answers = new(program.Url, "&nocache=1");

    public override string Name => Title;

    public override Uri WriteAddress => new(program.Url, "/api/v1/write");

    public override IReadOnlyCollection<int> Processes => [program.Id];

    public override string? DataFolder => null;

    public static async Task<VictoriaMetricsServer> StartAsync(CancellationToken cancellationToken) => new(await RivalProgram.StartAsync(
        Title,
        (folder, port) => ["-storageDataPath", folder, "-httpListenAddr", $"127.0.0.1:{port}", "-retentionPeriod", "1y", "-search.latencyOffset", "0s", "-search.maxUniqueTimeseries", "2000000"],
        "/health",
        cancellationToken));

    public override Uri Ask(Question question) => _answers.Ask(question);

    public override Points Read(Question question, byte[] answer) => PrometheusAnswers.Read(answer);

    public override async Task SettleAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        foreach (var path in new[] { "/internal/force_flush", "/internal/force_merge" })
        {
            using var answer = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(program.Url, path)), cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        var clock = Stopwatch.StartNew();
        for (var quiet = 0; quiet < 5 && clock.Elapsed < TimeSpan.FromMinutes(5);)
        {
            // A second apart: between two merges there is none for a moment.
            await Task.Delay(1000, cancellationToken);
            using var metrics = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(program.Url, "/metrics")), cancellationToken);
            var text = await metrics.Content.ReadAsStringAsync(cancellationToken);
            var active = text.Split('\n').Where(l => l.StartsWith("vm_active_merges{", StringComparison.Ordinal)).Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
            quiet = active == 0 ? quiet + 1 : 0;
        }
    }

    // While it runs, a small index is in its memory only.
    public override async Task<long> BytesAtRestAsync(CancellationToken cancellationToken)
    {
        await program.StopAsync();
        Console.WriteLine($"    {"data",-18} {program.Bytes("data/small", "data/big"),14:n0} bytes\n    {"index",-18} {program.Bytes("indexdb", "data/indexdb"),14:n0} bytes");
        return program.Bytes("data", "indexdb");
    }

    public override ValueTask DisposeAsync() => program.DisposeAsync();
}
