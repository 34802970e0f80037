using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>The dead letters over HTTP.</summary>
internal static class DeadLetterApi
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1000;
    private const int MostBytes = 1 << 20;
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    public static void MapDeadLetterApi(this IEndpointRouteBuilder routes)
    {
        // One process looks at a time: what it has in its hands another one would not see.
        var api = routes.MapGroup("/api/v1/dead-letters").WithTags("Administration").OnLeader(MetricsContext.Schema);
        api.MapGet("/", ListAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("ListDeadLetters").WithSummary("Messages that could not be handled, the oldest first")
            .WithDescription("At most the oldest 1,000 are looked at: `total` says how many there are, `lookedAt` how many of them were looked at. Without a message broker there are none.");
        api.MapGet("/{id}", GetAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("GetDeadLetter").WithSummary("One message that could not be handled, with its bytes as base64");
        api.MapPost("/{id}/resend", ResendAsync).RequireScope(Scopes.Write)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("ResendDeadLetter").WithSummary("Sends a message to the queue that it came from, as it was")
            .WithDescription("One that cannot be handled this time either comes back with a new id, and `failures` counts it.");
        api.MapDelete("/{id}", DeleteAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithName("DiscardDeadLetter").WithSummary("Discards a message that could not be handled");
    }

    private static async Task<Results<Ok<DeadLetterPage>, ProblemHttpResult>> ListAsync(
        DeadLetterBox box, CancellationToken cancellationToken,
        [Description("1 to 1,000.")] int limit = DefaultLimit,
        [Description("nextCursor of the page before.")] string? cursor = null)
    {
        if (limit is < 1 or > MostLimit) return Problems.BadRequest($"'limit' must be 1 to {MostLimit}.");
        if (!TryRead(cursor, out var after)) return Problems.BadRequest("'cursor' is not one that a page gave: leave it out for the first page.");
        var look = await box.LookAsync(cancellationToken);
        var rest = look.Letters.Where(l => after is not { } last || Compare(l, last) > 0).Take(limit + 1).ToList();
        var items = rest.Take(limit).ToList();
        return TypedResults.Ok(new DeadLetterPage(items, rest.Count > limit ? Cursor(items[^1]) : null, look.Total, look.Letters.Count));
    }

    private static async Task<Results<Ok<DeadLetterContent>, ProblemHttpResult>> GetAsync(
        [Description("The message's id")] string id, DeadLetterBox box, CancellationToken cancellationToken) =>
        await box.FindAsync(id, MostBytes, cancellationToken) is { } content ? TypedResults.Ok(content) : NoSuch(id);

    private static async Task<Results<NoContent, ProblemHttpResult>> ResendAsync(
        [Description("The message's id")] string id, DeadLetterBox box, HttpContext context, CancellationToken cancellationToken) =>
        await box.ResendAsync(id, cancellationToken) switch
        {
            ResendResult.Sent => TypedResults.NoContent(),
            ResendResult.QueueGone => Problems.Conflict("The queue that the message came from is gone: it can only be discarded."),
            ResendResult.Refused => Problems.Unavailable(context, "The message broker did not take the message: the queue that it came from is full, or the broker is low on disk or memory. Try again later.", s_retry),
            _ => NoSuch(id),
        };

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        [Description("The message's id")] string id, DeadLetterBox box, CancellationToken cancellationToken) =>
        await box.DiscardAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuch(id);

    private static ProblemHttpResult NoSuch(string id) => Problems.NotFound($"There is no dead letter '{id}': it may have been sent again or discarded, or it is not among the oldest {DeadLetterBox.Most}.");

    private static string Cursor(DeadLetter letter) => $"{letter.FailedAt.UtcTicks}.{letter.Id}";

    private static bool TryRead(string? cursor, out (long Ticks, string Id)? after)
    {
        after = null;
        if (cursor is null) return true;
        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !long.TryParse(cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)) return false;
        after = (ticks, cursor[(dot + 1)..]);
        return true;
    }

    private static int Compare(DeadLetter letter, (long Ticks, string Id) other) =>
        letter.FailedAt.UtcTicks.CompareTo(other.Ticks) is not 0 and var order ? order : string.CompareOrdinal(letter.Id, other.Id);
}
