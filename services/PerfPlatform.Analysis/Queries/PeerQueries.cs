using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Asks the replicas that write the other partitions for what the database does not have yet, so that a question has the same answer through any replica.
/// Where a partition moves, or its replica does not answer, it asks again for a while; then the answer is incomplete and says so.
/// </summary>
internal sealed partial class PeerQueries(PartitionSet partitions, LeaseKeeper leases, IHttpClientFactory clients, TimeProvider clock, ILogger<PeerQueries> logger)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "peers";

    /// <summary>Where a replica answers for its heads.</summary>
    public const string HeadPath = "/internal/head";

    /// <summary>Where a replica answers for the newest samples.</summary>
    public const string LatestPath = "/internal/latest";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The series, by partition, whose newest samples are not in this process. None, and no look at the series, where it writes everything.</summary>
    public async ValueTask<Dictionary<int, List<int>>> ElsewhereAsync(IEnumerable<SeriesEntry> series, CancellationToken cancellationToken)
    {
        // One that has stood still may believe to have what another has by now.
        await leases.LookAsync(AnswerTime, cancellationToken);
        var elsewhere = new Dictionary<int, List<int>>(); // bounded by the partitions
        if (partitions.All.All(p => p.State == PartitionState.Ready)) return elsewhere;
        foreach (var one in series)
        {
            var partition = one.Fingerprint.Partition(partitions.Count);
            if (partitions[partition].State == PartitionState.Ready) continue;
            if (!elsewhere.TryGetValue(partition, out var ids)) elsewhere[partition] = ids = [];
            ids.Add(one.Id);
        }

        return elsewhere;
    }

    /// <summary>Adds what other replicas have; returns the partitions for which nobody answered.</summary>
    public async Task<IReadOnlyCollection<int>> AddAsync(
        HeadSnapshot head, string path, Dictionary<int, List<int>> elsewhere, long from, long to, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var open = new HashSet<int>(elsewhere.Keys);
        while (open.Count > 0)
        {
            var asked = open.GroupBy(leases.View.Owner).Where(g => g.Key is not null).ToList();

            // What has come here meanwhile is not missing: whoever asks sees that and begins again.
            foreach (var own in asked.Where(g => g.Key!.Owner == leases.Owner)) open.ExceptWith(own);
            var answers = await Task.WhenAll(asked.Where(g => g.Key!.Owner != leases.Owner && g.Key.Address.Length > 0).Select(g => AskAsync(
                g.Key!.Address + path, new PeerQuestion([.. g], [.. g.SelectMany(p => elsewhere[p])], from, to), cancellationToken)));
            foreach (var (question, bytes) in answers)
            {
                if (bytes is null) continue;
                HeadParts.Read(bytes, head);
                open.ExceptWith(question.Partitions);
            }

            if (clock.GetElapsedTime(start) >= Patience) break;
            if (open.Count > 0) await leases.NextPulseAsync(Pause, cancellationToken);
        }

        if (open.Count > 0) LogIncomplete(logger, open.Count);
        return open;
    }

    /// <summary>What an answer without some partitions says.</summary>
    public static string Warning(IReadOnlyCollection<int> missing) =>
        $"The newest samples of {(missing.Count == 1 ? "partition" : "partitions")} {string.Join(", ", missing.Order())} are missing: the replica that has them does not answer. Ask again in some seconds.";

    private async Task<(PeerQuestion Question, byte[]? Answer)> AskAsync(string address, PeerQuestion question, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(AnswerTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.PostAsJsonAsync(address, question, PerfPlatformJson.Options, either.Token);
            return (question, response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(either.Token) : null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNoAnswer(logger, address, e.Message);
            return (question, null);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Address} does not answer: {Reason}")]
    private static partial void LogNoAnswer(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "A question was answered without the newest samples of {Partitions} partitions: nobody who writes them answers")]
    private static partial void LogIncomplete(ILogger logger, int partitions);
}
