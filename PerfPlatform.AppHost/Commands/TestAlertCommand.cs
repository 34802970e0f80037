using System.Text.Json;

namespace PerfPlatform.AppHost.Commands;

/// <summary>Alerting: lets an alert fire and end, all the way from a sample through a rule to every webhook that wants it.</summary>
internal static class TestAlertCommand
{
    public const string Name = "send-test-alert";

    private const string Metric = "perfplatform.test_alert";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(10);

    public static IResourceBuilder<ProjectResource> WithTestAlertCommand(this IResourceBuilder<ProjectResource> alerting, ProductApi product) => alerting.WithProductCommand(
        Name,
        "Send a test alert",
        new CommandOptions
        {
            Description = "A rule for this one time, a sample that breaks it, and the alert told to the webhooks; the rule is removed again.",
            ConfirmationMessage = "Every webhook that takes critical alerts is told that a test alert fires, and that it is over. Send it?",
            IconName = "AlertUrgent",
            IsHighlighted = true,
            Progress = new CommandProgressOptions { Message = "The alert is on its way." },
        },
        context => SendAsync(context, product));

    private static async Task<ExecuteCommandResult> SendAsync(ExecuteCommandContext context, ProductApi product)
    {
        // Alerts are grouped by the rule's name, and of a group nothing new is told for a while: each time has a name of its own.
        var name = $"Test alert {TimeProvider.System.GetUtcNow():HH:mm:ss.fff}";
        var rule = await product.PostAsync(context, "/api/v1/alerts/rules", new
        {
            name,
            metric = Metric,
            agg = "last",
            window = "1m",
            condition = ">",
            threshold = 0,
            severity = "critical",
            annotations = new { summary = "A test, sent from the Aspire dashboard.", recommendation = "Nothing is to be done." },
        });
        var path = $"/api/v1/alerts/rules/{rule.GetProperty("id").GetString()}";
        try
        {
            var fired = await ProductApi.UntilAsync(context, Patience, () => FireAsync(context, product, name), alerts => alerts.GetProperty("items").GetArrayLength() > 0);
            if (fired.GetProperty("items").GetArrayLength() == 0) return CommandResults.Failure($"The sample was stored, but no alert fired within {Patience.TotalSeconds} s.");
            return Result(await ProductApi.UntilAsync(context, DeliveryPatience, () => WebhooksAsync(context, product, name), told => told.All(t => t.Answer is not null)));
        }
        finally
        {
            // Its alert is over then, and whoever was told that it fires is told so.
            await product.DeleteAsync(context, path);
        }
    }

    // The sample is sent again each time: the first may come before the rule is known everywhere.
    private static async Task<JsonElement> FireAsync(ExecuteCommandContext context, ProductApi product, string name)
    {
        await product.PostAsync(context, "/api/v1/samples", new { samples = new[] { new { metric = Metric, labels = new { source = "apphost" }, value = 1 } } });
        return await product.GetAsync(context, $"/api/v1/alerts?state=firing&match={Uri.EscapeDataString("alertname=" + name)}");
    }

    // The webhooks that are switched on, each with what came of its first delivery: null while nothing did.
    private static async Task<List<(string Webhook, string? Answer, bool Taken)>> WebhooksAsync(ExecuteCommandContext context, ProductApi product, string name)
    {
        var told = new List<(string, string?, bool)>();
        var webhooks = await product.GetAsync(context, "/api/v1/webhooks?limit=1000");
        foreach (var webhook in webhooks.GetProperty("items").EnumerateArray().Where(w => w.GetProperty("enabled").GetBoolean()))
        {
            var deliveries = await product.GetAsync(context, $"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}/deliveries");
            var attempt = deliveries.GetProperty("items").EnumerateArray().Where(d => d.GetProperty("ruleName").GetString() == name)
                .SelectMany(d => d.GetProperty("attempts").EnumerateArray()).FirstOrDefault();
            // Of an address only the host: the rest can be a secret.
            var receiver = webhook.GetProperty("name").GetString() is { Length: > 0 } given ? given : new Uri(webhook.GetProperty("url").GetString()!).Host;
            told.Add(attempt.ValueKind == JsonValueKind.Undefined ? (receiver, null, false) : (receiver, Answer(attempt), attempt.GetProperty("error").ValueKind == JsonValueKind.Null));
        }

        return told;
    }

    private static string Answer(JsonElement attempt) => attempt.GetProperty("error").GetString() ?? $"took it ({attempt.GetProperty("statusCode").GetInt32()})";

    private static ExecuteCommandResult Result(List<(string Webhook, string? Answer, bool Taken)> told)
    {
        if (told.Count == 0) return CommandResults.Success("The test alert fired and is over. No webhook is there to be told.");
        var lines = string.Join('\n', told.Select(t => $"{t.Webhook}: {t.Answer ?? "was not told: its filters or its groupWait keep it from it"}"));
        return told.Any(t => t is { Answer: not null, Taken: false })
            ? CommandResults.Failure("The test alert fired, but a webhook did not take it.", lines)
            : CommandResults.Success($"The test alert fired and is over. {told.Count(t => t.Taken)} of {told.Count} webhooks took it.", lines);
    }
}
