using PerfPlatform.Benchmarks.Query;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Every service as its own process on one machine, with PostgreSQL, Redis and RabbitMQ; samples go to Ingestion and through the broker.</summary>
internal sealed class DistributedServer : BenchServer
{
    public const string Title = "distributed";

    private readonly PlatformAnswers _answers;

    private DistributedServer(DistributedApp app, IReadOnlyCollection<int> processes) => (App, _answers, Processes) = (app, new PlatformAnswers(app.Address, app.Key), processes);

    /// <summary>What runs.</summary>
    public DistributedApp App { get; }

    public override string Name => Title;

    public override Uri WriteAddress => new(App.Addresses["ingestion"], "/api/v1/write");

    public override string Key => App.Key;

    public override IReadOnlyCollection<int> Processes { get; }

    public override string? DataFolder => null;

    public static async Task<DistributedServer> StartAsync()
    {
        var app = new DistributedApp { WithAgent = false, WithDashboard = false };
        try
        {
            await app.StartedAsync();
            return new DistributedServer(app, await app.ProcessesAsync());
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
        await App.DisposeAsync();
    }
}
