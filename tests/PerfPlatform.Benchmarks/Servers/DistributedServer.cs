using PerfPlatform.Benchmarks.Query;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Every service as its own process on one machine, with PostgreSQL, Redis and RabbitMQ; samples go to Ingestion and through the broker.</summary>
internal sealed class DistributedServer : BenchServer
{
    public const string Title = "distributed";

    private readonly DistributedApp _app;
    private readonly PlatformAnswers _answers;

    private DistributedServer(DistributedApp app) => (_app, _answers) = (app, new PlatformAnswers(app.Address, app.Key));

    public override string Name => Title;

    public override Uri WriteAddress => new(_app.Addresses["ingestion"], "/api/v1/write");

    public override string Key => _app.Key;

    /// <remarks>The servers are children of this process, which leaves itself out.</remarks>
    public override IReadOnlyCollection<int> Processes => [Environment.ProcessId];

    /// <remarks>The servers' data lie in folders that carry this process's number.</remarks>
    public override string DataFolder => $"pp-test-{Environment.ProcessId}-";

    public static async Task<DistributedServer> StartAsync()
    {
        var app = new DistributedApp { WithDashboard = false };
        try
        {
            return new DistributedServer(await app.StartedAsync());
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public override Uri Ask(Question question) => _answers.Ask(question);

    public override Points Read(Question question, byte[] answer) => PlatformAnswers.Read(question, answer);

    public override Task SettleAsync(CancellationToken cancellationToken) => _answers.SettleAsync(cancellationToken);

    public override Task<long> BytesAtRestAsync(CancellationToken cancellationToken) => _answers.BytesAtRestAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        _answers.Dispose();
        await _app.DisposeAsync();
    }
}
