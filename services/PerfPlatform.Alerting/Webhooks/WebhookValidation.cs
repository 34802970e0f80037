using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>Says what is wrong with a subscription, in words that tell what to change.</summary>
public static class WebhookValidation
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Check(WebhookDefinition webhook, IReadOnlyList<string> allowedHosts)
    {
        if (CheckAddress(webhook.Url, allowedHosts) is { } error) return error;
        if (webhook.Name.Length > 100) return "'name' is longer than 100 characters.";
        if (webhook.Secret is { Length: < 16 or > 200 }) return "'secret' must have 16 to 200 characters; leave it out to have one made.";
        if (webhook.Match.Count > 20) return "'match' has more than 20 filters.";
        foreach (var text in webhook.Match)
        {
            if (!LabelMatcher.TryParse(text, out _, out error)) return $"'match': {error}";
        }

        if (webhook.GroupWait > TimeSpan.FromHours(1)) return "'groupWait' must be between 0s and 1h.";
        if (webhook.GroupInterval > TimeSpan.FromDays(1)) return "'groupInterval' must be between 0s and 1d.";
        return webhook.RepeatInterval < TimeSpan.FromMinutes(1) || webhook.RepeatInterval > TimeSpan.FromDays(30) ? "'repeatInterval' must be between 1m and 30d." : null;
    }

    /// <summary>What is wrong with an address, or null.</summary>
    public static string? CheckAddress(string url, IReadOnlyList<string> allowedHosts)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return "'url' is required: an absolute address that begins with http:// or https://.";
        if (url.Length > 2000) return "'url' is longer than 2,000 characters.";
        if (address.UserInfo.Length > 0) return "'url' must not hold a user or password.";
        return allowedHosts.Count > 0 && !allowedHosts.Any(allowed => IsAllowed(address.Host, allowed))
            ? $"The host '{address.Host}' is not among those that {AlertingOptions.Section}:WebhookAllowedHosts names."
            : null;
    }

    private static bool IsAllowed(string host, string allowed) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase);
}
