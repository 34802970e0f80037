using Cronos;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Catalogue;

namespace PerfPlatform.Reports.Schedules;

/// <summary>What a schedule must keep to.</summary>
public sealed class ScheduleRules(ReportRequestRules requests)
{
    private const int LongestName = 200;
    private const int MostRecipients = 20;

    /// <summary>Checks a definition.</summary>
    /// <exception cref="QueryException">It cannot be carried out; the message says what to change.</exception>
    public void Check(ScheduleDefinition definition, DateTimeOffset now)
    {
        if (definition.Name.Length is 0 or > LongestName) throw new QueryException($"'name' has 1 to {LongestName} characters.");
        if (!CronExpression.TryParse(definition.Cron, CronFormat.Standard, out var cron))
            throw new QueryException($"'cron' cannot be read: '{definition.Cron}'. Write five fields, for example '0 7 * * 1' for Mondays at seven.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(definition.TimeZone, out var zone)) throw new QueryException($"The time zone '{definition.TimeZone}' is not known: write for example Europe/Berlin.");
        if (cron.GetNextOccurrence(now, zone) is null) throw new QueryException($"'{definition.Cron}' never comes.");
        requests.Check(definition.Report, now);
        if (definition.Recipients.Count > MostRecipients) throw new QueryException($"'recipients' has at most {MostRecipients} entries.");
        foreach (var recipient in definition.Recipients) Check(recipient);
    }

    /// <summary>The next run after a time, or null.</summary>
    public static DateTimeOffset? Next(ScheduleDefinition definition, DateTimeOffset now) =>
        definition.Enabled && CronExpression.TryParse(definition.Cron, CronFormat.Standard, out var cron) && TimeZoneInfo.TryFindSystemTimeZoneById(definition.TimeZone, out var zone)
            ? cron.GetNextOccurrence(now, zone)?.ToUniversalTime()
            : null;

    private static void Check(ReportRecipient recipient)
    {
        if (recipient.Kind != "webhook") throw new QueryException($"This version sends reports to recipients of the kind 'webhook', not '{recipient.Kind}'.");
        if (recipient.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" } url) throw new QueryException("A webhook's 'url' begins with http:// or https://.");
        if (url.UserInfo.Length > 0) throw new QueryException("A webhook's 'url' must not hold a user name or password.");
    }
}
