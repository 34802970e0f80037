namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>What a message is about: the alerts of one rule.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Name">What the rule is called when the message is written.</param>
public sealed record AlertGroup(string RuleId, string Name);
