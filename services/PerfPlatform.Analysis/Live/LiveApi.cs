using System.ComponentModel;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Live;

/// <summary>The live feed for scripts.</summary>
internal static class LiveApi
{
    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/live", LiveAsync).WithTags("Queries").WithName("Live").WithSummary("New samples as they come, as server-sent events")
            .WithDescription("First `event: snapshot` with the newest samples as /latest gives them, then `event: points` with `{\"points\":[[id,ms,value],...],\"series\":[...]}` at most every 200 ms; `dropped` says how many points a slow reader has missed. A comment line every 15 s.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireScope(Scopes.Read);

    private static Task LiveAsync(
        LiveStream stream,
        HttpContext http,
        IHostApplicationLifetime lifetime,
        [Description("The metric's name; all metrics where it is left out.")] string? metric = null,
        [Description("A label filter, as for /series.")] string[]? match = null)
    {
        var selector = QueryParameters.Selector(metric, match);
        return RunAsync();

        async Task RunAsync()
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            try
            {
                await stream.RunAsync(selector, http.Response, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The reader has gone, or the host stops.
            }
        }
    }
}
