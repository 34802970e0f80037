using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Schedules;

/// <summary>Schedules of reports, over HTTP.</summary>
public static class SchedulesApi
{
    /// <summary>Maps <c>/api/v1/reports/schedules</c>.</summary>
    public static void MapSchedulesApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1/reports/schedules").WithTags("Reports");
        group.MapGet("/", ListAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ListReportSchedules").WithSummary("The schedules of reports, oldest first.");
        group.MapPost("/", CreateAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("CreateReportSchedule").WithSummary("Makes reports by cron, in a time zone, for webhooks.");
        group.MapGet("/{id}", GetAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetReportSchedule").WithSummary("One schedule.");
        group.MapPut("/{id}", UpdateAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("UpdateReportSchedule").WithSummary("Changes a schedule; a recipient without a secret keeps the one it had.");
        group.MapDelete("/{id}", DeleteAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("DeleteReportSchedule").WithSummary("Removes a schedule; its reports stay.");
    }

    private static async Task<Ok<Page<ReportSchedule>>> ListAsync(
        ScheduleCatalog schedules, HttpContext context, CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null)
    {
        var page = await schedules.ListAsync(limit, cursor, cancellationToken);
        return TypedResults.Ok(page with { Items = [.. page.Items.Select(schedule => Shown(schedule, context))] });
    }

    private static async Task<Created<ReportSchedule>> CreateAsync(ScheduleDefinition definition, ScheduleCatalog schedules, HttpContext context, CancellationToken cancellationToken)
    {
        var schedule = await schedules.CreateAsync(definition, context.User.Identity?.Name, cancellationToken);
        return TypedResults.Created($"/api/v1/reports/schedules/{schedule.Id}", schedule);
    }

    private static async Task<Results<Ok<ReportSchedule>, ProblemHttpResult>> GetAsync(
        [Description("The schedule's id")] string id, ScheduleCatalog schedules, HttpContext context, CancellationToken cancellationToken) =>
        await schedules.FindAsync(id, cancellationToken) is { } schedule ? TypedResults.Ok(Shown(schedule, context)) : NoSuch(id);

    private static async Task<Results<Ok<ReportSchedule>, ProblemHttpResult>> UpdateAsync(
        [Description("The schedule's id")] string id, ScheduleDefinition definition, ScheduleCatalog schedules, CancellationToken cancellationToken) =>
        await schedules.UpdateAsync(id, definition, cancellationToken) is { } schedule ? TypedResults.Ok(schedule) : NoSuch(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync([Description("The schedule's id")] string id, ScheduleCatalog schedules, CancellationToken cancellationToken) =>
        await schedules.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuch(id);

    private static ReportSchedule Shown(ReportSchedule schedule, HttpContext context) => context.User.MayWrite() ? schedule
        : schedule with { Recipients = [.. schedule.Recipients.Select(recipient => recipient with { Url = recipient.Url is { } url ? new Uri(MaskedAddress.Of(url.OriginalString)) : null })] };

    private static ProblemHttpResult NoSuch(string id) => Problems.NotFound($"There is no schedule '{id}'. GET /api/v1/reports/schedules lists them.");
}
