using System.Text.Json.Serialization;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>A subscription as it is shown: without its secret, but in the answer that made it.</summary>
public sealed record Webhook : WebhookSubscription
{
    /// <summary>Wraps a subscription.</summary>
    public Webhook(WebhookSubscription subscription) : base(subscription)
    {
    }

    /// <summary>For JSON.</summary>
    public Webhook()
    {
    }

    /// <summary>Its id.</summary>
    public Guid Id { get; init; }

    /// <summary>The secret, only in the answer to POST and to a PUT that changed it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>Why it was switched off by itself, or null.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"Webhook {{ Id = {Id:N} }}";
}
