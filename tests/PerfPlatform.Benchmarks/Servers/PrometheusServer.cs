using System.Text.Json;
using PerfPlatform.Benchmarks.Query;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Prometheus as a receiver of remote write.</summary>
internal sealed class PrometheusServer(RivalProgram program) : BenchServer
{
    public const string Title = "prometheus";

    private readonly PrometheusAnswers _answers = new(program.Url, "");

    public override string Name => Title;

    public override Uri WriteAddress => new(program.Url, "/api/v1/write");

    public override IReadOnlyCollection<int> Processes => [program.Id];

    public override string? DataFolder => null;

    public static async Task<PrometheusServer> StartAsync(CancellationToken cancellationToken) => new(await RivalProgram.StartAsync(
        Title,
        (folder, port) =>
        {
            File.WriteAllText(Path.Combine(folder, "prometheus.yml"), "global: {}\n");
            return
            [
                "--config.file", Path.Combine(folder, "prometheus.yml"), "--storage.tsdb.path", Path.Combine(folder, "data"), "--web.listen-address", $"127.0.0.1:{port}",
                "--web.enable-remote-write-receiver", "--web.enable-admin-api", "--log.level", "warn",
            ];
        },
        "/-/ready",
        cancellationToken));

    public override Uri Ask(Question question) => _answers.Ask(question);

    public override Points Read(Question question, byte[] answer) => PrometheusAnswers.Read(answer);

    // Its blocks come after hours; a snapshot below makes them at once.
    public override Task SettleAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task<long> BytesAtRestAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var answer = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(program.Url, "/api/v1/admin/tsdb/snapshot")), cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return program.Bytes(Path.Combine("data/snapshots", json.RootElement.GetProperty("data").GetProperty("name").GetString()!));
    }

    public override ValueTask DisposeAsync() => program.DisposeAsync();
}
