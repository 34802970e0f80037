using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Webhooks;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Api;

/// <summary><c>/api/v1/webhooks</c>.</summary>
public static class WebhooksApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapWebhooks(this IEndpointRouteBuilder endpoints)
    {
        var webhooks = endpoints.MapGroup("/api/v1/webhooks").WithTags("Webhooks").AddEndpointFilter<DatabaseTroubleFilter>();
        webhooks.MapGet("", ListAsync).WithName("ListWebhooks").WithSummary("Webhook subscriptions").RequireScope(Scopes.Read);
        webhooks.MapPost("", AddAsync).WithName("AddWebhook").WithSummary("Subscribe to alerts; the answer alone shows the secret").RequireScope(Scopes.Write);
        webhooks.MapGet("/{id:guid}", FindAsync).WithName("GetWebhook").WithSummary("One webhook subscription").RequireScope(Scopes.Read);
        webhooks.MapPut("/{id:guid}", ChangeAsync).WithName("ChangeWebhook").WithSummary("Replace a webhook subscription; also switches one on again").RequireScope(Scopes.Write);
        webhooks.MapDelete("/{id:guid}", RemoveAsync).WithName("RemoveWebhook").WithSummary("Remove a webhook subscription and its log").RequireScope(Scopes.Write);
        webhooks.MapPost("/{id:guid}/test", TestAsync).WithName("TestWebhook").WithSummary("Send a test message now and say what the receiver answered").RequireScope(Scopes.Write);
        webhooks.MapGet("/{id:guid}/deliveries", DeliveriesAsync).WithName("ListWebhookDeliveries").WithSummary("Deliveries with every attempt, newest first").RequireScope(Scopes.Read);
        webhooks.MapPost("/{id:guid}/deliveries/{deliveryId:guid}/resend", ResendAsync).WithName("ResendWebhookDelivery").WithSummary("Send a delivery that is done once more, with the same id").RequireScope(Scopes.Write).OnLeader(AlertingContext.Schema);
    }

    private static async Task<Results<Ok<Page<Webhook>>, ProblemHttpResult>> ListAsync(
        WebhookStore store,
        HttpContext context,
        CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] Guid? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        var page = await store.PageAsync(limit, cursor, cancellationToken);
        return TypedResults.Ok(page with { Items = [.. page.Items.Select(webhook => Shown(webhook, context))] });
    }

    private static async Task<Results<Created<Webhook>, ProblemHttpResult>> AddAsync(
        WebhookDefinition definition, WebhookStore store, IOptions<AlertingOptions> options, NotificationSignal signal, CancellationToken cancellationToken)
    {
        if (WebhookValidation.Check(definition, options.Value.WebhookAllowedHosts) is { } error) return Problems.BadRequest(error);
        if (await store.AddAsync(definition, cancellationToken) is not { } webhook) return Problems.Conflict($"There are {WebhookStore.MaxWebhooks} webhooks already: remove some first.");
        signal.Set();
        return TypedResults.Created($"/api/v1/webhooks/{webhook.Id}", webhook);
    }

    private static async Task<Results<Ok<Webhook>, ProblemHttpResult>> FindAsync(
        [Description("The webhook's id")] Guid id, WebhookStore store, HttpContext context, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } webhook ? TypedResults.Ok(Shown(webhook, context)) : NoSuchWebhook(id);

    private static async Task<Results<Ok<Webhook>, ProblemHttpResult>> ChangeAsync(
        [Description("The webhook's id")] Guid id, WebhookDefinition definition, WebhookStore store, IOptions<AlertingOptions> options, NotificationSignal signal, CancellationToken cancellationToken)
    {
        if (WebhookValidation.Check(definition, options.Value.WebhookAllowedHosts) is { } error) return Problems.BadRequest(error);
        if (await store.ChangeAsync(id, definition, cancellationToken) is not { } webhook) return NoSuchWebhook(id);
        signal.Set();
        return TypedResults.Ok(webhook);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync([Description("The webhook's id")] Guid id, WebhookStore store, CancellationToken cancellationToken) =>
        await store.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuchWebhook(id);

    private static async Task<Results<Ok<Delivery>, ProblemHttpResult>> TestAsync([Description("The webhook's id")] Guid id, TestDelivery test, CancellationToken cancellationToken) =>
        await test.SendAsync(id, cancellationToken) is { } delivery ? TypedResults.Ok(delivery) : NoSuchWebhook(id);

    private static async Task<Results<Ok<Page<Delivery>>, ProblemHttpResult>> DeliveriesAsync(
        [Description("The webhook's id")] Guid id,
        WebhookStore store,
        DeliveryLog log,
        HttpContext context,
        CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] Guid? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        if (await store.FindAsync(id, cancellationToken) is null) return NoSuchWebhook(id);
        var page = await log.PageAsync(id, limit, cursor, cancellationToken);
        // What a receiver answers is for those who could change where it is: it may lie where readers cannot look.
        return TypedResults.Ok(context.User.MayWrite() ? page : page with { Items = [.. page.Items.Select(d => d.WithoutAnswers())] });
    }

    private static async Task<Results<Accepted<Delivery>, ProblemHttpResult>> ResendAsync(
        [Description("The webhook's id")] Guid id,
        [Description("The delivery's id")] Guid deliveryId,
        WebhookStore store,
        DeliveryLog log,
        DeliveryOutbox outbox,
        DeliverySignal signal,
        IOptions<AlertingOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } webhook) return NoSuchWebhook(id);
        if (!webhook.Enabled) return Problems.Conflict("The webhook is switched off: switch it on first.");
        var now = clock.GetUtcNow();
        var added = await outbox.AddAgainAsync(id, deliveryId, now, now + options.Value.WebhookRetryFor, cancellationToken);
        if (await log.FindAsync(id, deliveryId, cancellationToken) is not { } delivery) return Problems.NotFound($"There is no delivery '{deliveryId:N}': GET /api/v1/webhooks/{id:N}/deliveries lists them.");
        if (!added) return Problems.Conflict("The delivery is still being sent: it is tried again by itself.");
        signal.Set();
        return TypedResults.Accepted($"/api/v1/webhooks/{id:N}/deliveries", delivery);
    }

    private static Webhook Shown(Webhook webhook, HttpContext context) => context.User.MayWrite() ? webhook : webhook with { Url = MaskedAddress.Of(webhook.Url) };

    private static ProblemHttpResult NoSuchWebhook(Guid id) => Problems.NotFound($"There is no webhook '{id:N}': GET /api/v1/webhooks lists them.");
}
