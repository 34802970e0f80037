using System.ComponentModel.DataAnnotations;

namespace PerfPlatform.Alerting;

/// <summary>The settings of Alerting, section <c>Alerting</c>.</summary>
public sealed record AlertingOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Alerting";

    /// <summary>The name of the module's meter.</summary>
    public const string Meter = "PerfPlatform.Alerting";

    /// <summary>Add the rules of the default pack that were never added before.</summary>
    public bool DefaultRules { get; init; } = true;

    /// <summary>The least time without data before an alert is <c>unknown</c>; five intervals of its series when that is longer.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After so long without data an alert is taken for over, but one that says just that, and a silent series without an alert is forgotten.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The most groups, and so alerts, that one rule may have; series beyond it are not watched, and the health of alerting says so.</summary>
    public int MaxGroupsPerRule { get; init; } = 10_000;

    /// <summary>How many batches may wait for the evaluator; beyond it the oldest are dropped and read from the store afterwards.</summary>
    public int QueuedBatches { get; init; } = 4096;

    /// <summary>How long a batch with ids that the registry does not know waits for them.</summary>
    public TimeSpan ParkFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far back the evaluator catches up after it was away.</summary>
    public TimeSpan CatchUpLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a start waits for the store before it evaluates without what was missed.</summary>
    public TimeSpan CatchUpPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often rules and thresholds are read again without being told.</summary>
    public TimeSpan RulesReadEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many changes of alerts may wait for the database; beyond it the oldest are dropped.</summary>
    public int BufferedChanges { get; init; } = 50_000;

    /// <summary>How long the leader's lease holds without a renewal: a process that stands still is replaced when it is over, one that ends within a quarter of it.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a receiver may take.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery is tried again.</summary>
    public TimeSpan WebhookRetryFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many deliveries of one webhook may be under way at once.</summary>
    public int WebhookConcurrency { get; init; } = 4;

    /// <summary>Hosts that webhooks may go to, <c>*.example.org</c> for all below a domain; empty: any.</summary>
    public IReadOnlyList<string> WebhookAllowedHosts { get; init; } = [];

    /// <summary>The address under which people reach the UI, for links in messages; absent: this machine's name and the UI's port, as Alertmanager does.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The UI's port where <see cref="PublicUrl"/> is absent.</summary>
    internal int UiPort { get; set; } = 5080;

    /// <summary>What links in messages begin with.</summary>
    internal Uri Address => PublicUrl ?? new UriBuilder(Uri.UriSchemeHttp, Environment.MachineName, UiPort).Uri;

    /// <summary>How long finished deliveries stay in the log.</summary>
    public TimeSpan DeliveryRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long alerts that are over are kept.</summary>
    public TimeSpan AlertRetention { get; init; } = TimeSpan.FromDays(400);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StaleAfter < TimeSpan.FromSeconds(1)) yield return Out(nameof(StaleAfter), "at least 00:00:01");
        if (ForgetAfter < StaleAfter) yield return Out(nameof(ForgetAfter), "at least StaleAfter");
        if (MaxGroupsPerRule is < 1 or > 1_000_000) yield return Out(nameof(MaxGroupsPerRule), "1 to 1000000");
        if (QueuedBatches is < 16 or > 1_000_000) yield return Out(nameof(QueuedBatches), "16 to 1000000");
        if (ParkFor < TimeSpan.Zero || ParkFor > TimeSpan.FromMinutes(10)) yield return Out(nameof(ParkFor), "00:00:00 to 00:10:00");
        if (CatchUpLimit < TimeSpan.Zero || CatchUpLimit > TimeSpan.FromDays(1)) yield return Out(nameof(CatchUpLimit), "00:00:00 to 1.00:00:00");
        if (CatchUpPatience < TimeSpan.Zero) yield return Out(nameof(CatchUpPatience), "at least 00:00:00");
        if (RulesReadEvery < TimeSpan.FromSeconds(1)) yield return Out(nameof(RulesReadEvery), "at least 00:00:01");
        if (BufferedChanges is < 100 or > 10_000_000) yield return Out(nameof(BufferedChanges), "100 to 10000000");
        if (LeaseTime < TimeSpan.FromSeconds(1) || LeaseTime > TimeSpan.FromMinutes(5)) yield return Out(nameof(LeaseTime), "00:00:01 to 00:05:00");
        if (WebhookTimeout < TimeSpan.FromMilliseconds(100) || WebhookTimeout > TimeSpan.FromMinutes(1)) yield return Out(nameof(WebhookTimeout), "00:00:00.1 to 00:01:00");
        if (WebhookRetryFor < TimeSpan.Zero || WebhookRetryFor > TimeSpan.FromDays(7)) yield return Out(nameof(WebhookRetryFor), "00:00:00 to 7.00:00:00");
        if (WebhookConcurrency is < 1 or > 64) yield return Out(nameof(WebhookConcurrency), "1 to 64");
        if (PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https"))) yield return Out(nameof(PublicUrl), "an absolute http or https address");
        if (DeliveryRetention < TimeSpan.FromHours(1)) yield return Out(nameof(DeliveryRetention), "at least 01:00:00");
        if (AlertRetention < TimeSpan.FromDays(1)) yield return Out(nameof(AlertRetention), "at least 1.00:00:00");
    }

    private static ValidationResult Out(string name, string range) => new($"{Section}:{name} must be {range}.", [name]);
}
