using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Queries;

/// <summary>What a replica answers the others for the partitions that it writes. 409 where it does not write one of them: who asks looks again at who does.</summary>
internal static class PeerApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static void MapPeers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PeerQueries.HeadPath, HeadAsync).WithName("PeerHead").ExcludeFromDescription().RequireScope(Scopes.Read);
        routes.MapPost(PeerQueries.LatestPath, LatestAsync).WithName("PeerLatest").ExcludeFromDescription().RequireScope(Scopes.Read);
    }

    private static Task<IResult> HeadAsync(PeerQuestion question, PartitionSet partitions, LeaseKeeper leases, CancellationToken cancellationToken) =>
        AnswerAsync(question, partitions, leases, ids => Task.FromResult(partitions.Snapshot(ids)), cancellationToken);

    private static Task<IResult> LatestAsync(PeerQuestion question, PartitionSet partitions, LatestReader latest, LeaseKeeper leases, CancellationToken cancellationToken) =>
        AnswerAsync(
            question,
            partitions,
            leases,
            async ids =>
            {
                var (samples, head) = (await latest.ReadOwnAsync(ids, cancellationToken), new HeadSnapshot());
                for (var i = 0; i < ids.Length; i++)
                {
                    if (samples[i] is { } sample) head.Take(ids[i], sample);
                }

                return head;
            },
            cancellationToken);

    private static async Task<IResult> AnswerAsync(PeerQuestion question, PartitionSet partitions, LeaseKeeper leases, Func<int[], Task<HeadSnapshot>> read, CancellationToken cancellationToken)
    {
        await leases.LookAsync(Patience, cancellationToken);
        var version = partitions.Version;
        if (!AreHere(question, partitions)) return Elsewhere();
        int[] ids = [.. question.Series];
        using var head = await read(ids);
        var answer = HeadParts.Write(head, ids, question.From, question.To);
        return partitions.Version == version ? Results.Bytes(answer) : Elsewhere();
    }

    private static bool AreHere(PeerQuestion question, PartitionSet partitions) =>
        question.Partitions.All(p => (uint)p < (uint)partitions.Count && partitions[p].State == PartitionState.Ready);

    private static ProblemHttpResult Elsewhere() => Problems.Conflict("Another replica writes one of the partitions.");
}
