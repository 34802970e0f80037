using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>What the store takes on disk, over HTTP.</summary>
internal static class StorageApi
{
    public static void MapStorage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/storage", ReadAsync).WithTags("Administration").RequireScope(Scopes.Admin)
            .WithName("GetStorage").WithSummary("Bytes by table and tier, bytes a sample, series, how far merging is, retention")
            .WithDescription("Counts the segments and the rows of the roll-ups, so it takes a moment on a large store. `tables` has every table of the schema, `tiers` the raw samples and their roll-ups at 1 minute and 1 hour, each with its retention and its bytes for a raw sample; `bytesPerSample` is that of the raw tier.");

    private static async Task<Ok<StorageUsage>> ReadAsync(StorageReader storage, CancellationToken cancellationToken) =>
        TypedResults.Ok(await storage.ReadAsync(cancellationToken));
}
