using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Cardinality;

/// <summary><c>/api/v1/admin/cardinality</c>.</summary>
internal static class CardinalityApi
{
    public static void MapCardinality(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/api/v1/admin/cardinality", Get).RequireScope(Scopes.Admin)
        .ProducesProblem(StatusCodes.Status400BadRequest).WithTags("Platform")
        .WithName("GetCardinality").WithSummary("Active series by key, the labels that make them many, and how far the senders' clocks are off");

    private static Results<Ok<CardinalityReport>, ProblemHttpResult> Get(
        CardinalitySurvey survey,
        [Description("Only this key")] string? key = null,
        [Description("How many labels and metrics of each, 1 to 100")] int top = 10)
    {
        if (top is < 1 or > 100) return Problems.BadRequest("'top' must be 1 to 100.");
        var report = survey.Report(top);
        return TypedResults.Ok(key is null ? report : report with { Keys = [.. report.Keys.Where(k => k.Key == key)] });
    }
}
