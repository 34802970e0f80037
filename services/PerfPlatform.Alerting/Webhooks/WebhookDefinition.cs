using System.ComponentModel;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>A subscription as a person writes it (body of POST and PUT).</summary>
public sealed record WebhookDefinition : WebhookSubscription
{
    [Description("What deliveries are signed with, 16 to 200 characters. POST without it: one is made. PUT without it: it stays. Shown once.")]
    public string? Secret { get; init; }

    // A record prints its members; this one must not.
    /// <inheritdoc />
    public override string ToString() => $"WebhookDefinition {{ Url = {Url} }}";
}
