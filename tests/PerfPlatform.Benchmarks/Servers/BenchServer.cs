using PerfPlatform.Benchmarks.Query;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>A server under load: the platform or one that it is compared with, started on loopback with an empty data folder.</summary>
internal abstract class BenchServer : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>Where remote write goes.</summary>
    public abstract Uri WriteAddress { get; }

    /// <summary>The credential of every request, or null.</summary>
    public virtual string? Key => null;

    /// <summary>The first processes of all that belongs to it.</summary>
    public abstract IReadOnlyCollection<int> Processes { get; }

    /// <summary>A folder that servers which left their parent name in their command line, or null.</summary>
    public abstract string? DataFolder { get; }

    /// <summary>The address that answers a question.</summary>
    public abstract Uri Ask(Question question);

    /// <summary>The points of an answer: how many, and the sum of their values.</summary>
    public abstract Points Read(Question question, byte[] answer);

    /// <summary>Returns when what was written lies as it stays: merged, compacted.</summary>
    public abstract Task SettleAsync(CancellationToken cancellationToken);

    /// <summary>Bytes of the samples with all that belongs to them; the server may have ended then.</summary>
    public abstract Task<long> BytesAtRestAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    public IReadOnlyDictionary<string, double> CpuSeconds() => ProcessTree.CpuSeconds(Processes, DataFolder);

    public IReadOnlyDictionary<string, long> MemoryBytes() => ProcessTree.MemoryBytes(Processes, DataFolder);

    /// <summary>Starts one by its name.</summary>
    /// <exception cref="FormatException">No server has this name.</exception>
    public static async Task<BenchServer> StartAsync(string name, CancellationToken cancellationToken, bool mergesAtOnce = false) => name switch
    {
        StandaloneServer.Title => await StandaloneServer.StartAsync(mergesAtOnce ? StandaloneServer.MergesAtOnce : new Dictionary<string, string>(), cancellationToken),
        DistributedServer.Title => await DistributedServer.StartAsync(),
        VictoriaMetricsServer.Title => await VictoriaMetricsServer.StartAsync(cancellationToken),
        PrometheusServer.Title => await PrometheusServer.StartAsync(cancellationToken),
        _ => throw new FormatException($"'{name}' is not a server: {StandaloneServer.Title}, {DistributedServer.Title}, {VictoriaMetricsServer.Title}, {PrometheusServer.Title}."),
    };
}
