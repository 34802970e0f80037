using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Catalogue;

/// <summary>Reports, over HTTP.</summary>
public static class ReportsApi
{
    /// <summary>Maps <c>/api/v1/reports</c>.</summary>
    public static void MapReportsApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1/reports").WithTags("Reports");
        group.MapPost("/", CreateAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("CreateReport").WithSummary("Asks for a report; Location is where its progress is shown.");
        group.MapGet("/", ListAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ListReports").WithSummary("Reports, newest first.");
        group.MapGet("/{id}", GetAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetReport").WithSummary("How far a report is: queued, running, done or failed, with progress from 0 to 100.");
        group.MapGet("/{id}/download", DownloadAsync).RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("DownloadReport").WithSummary("The file of a report that is done.");
        group.MapDelete("/{id}", DeleteAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("DeleteReport").WithSummary("Removes a report and its file; one that is being made is given up.");
    }

    private static async Task<Accepted<Report>> CreateAsync(ReportRequest request, ReportCatalog reports, HttpContext context, CancellationToken cancellationToken)
    {
        var report = await reports.CreateAsync(request, context.User.Identity?.Name, cancellationToken);
        return TypedResults.Accepted($"/api/v1/reports/{report.Id}", report);
    }

    private static async Task<Ok<Page<Report>>> ListAsync(
        ReportCatalog reports, CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null) => TypedResults.Ok(await reports.ReportsAsync(limit, cursor, cancellationToken));

    private static async Task<Results<Ok<Report>, ProblemHttpResult>> GetAsync([Description("The report's id")] string id, ReportCatalog reports, CancellationToken cancellationToken) =>
        await reports.FindAsync(id, cancellationToken) is { } report ? TypedResults.Ok(report) : NoSuch(id);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> DownloadAsync(
        [Description("The report's id")] string id, ReportCatalog reports, HttpContext context, CancellationToken cancellationToken)
    {
        if (await reports.FindAsync(id, cancellationToken) is not { } report) return NoSuch(id);
        if (report.Status != ReportStatus.Done || await reports.FileAsync(id, cancellationToken) is not { } file)
        {
            return Problems.Conflict(report.Status == ReportStatus.Failed
                ? $"The report could not be made: {report.Error}"
                : $"The report is {report.Status.ToString().ToLowerInvariant()} ({report.Progress} %): ask GET /api/v1/reports/{id} until it is done.");
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(file.Content, file.ContentType, file.FileName);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync([Description("The report's id")] string id, ReportCatalog reports, CancellationToken cancellationToken) =>
        await reports.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuch(id);

    private static ProblemHttpResult NoSuch(string id) => Problems.NotFound($"There is no report '{id}'. GET /api/v1/reports lists them.");
}
