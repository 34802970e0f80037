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
            .WithDescription("Counts the segments, so it takes a moment on a large store.");

    private static async Task<Ok<StorageUsage>> ReadAsync(StorageReader storage, CancellationToken cancellationToken) =>
        TypedResults.Ok(await storage.ReadAsync(cancellationToken));
}
