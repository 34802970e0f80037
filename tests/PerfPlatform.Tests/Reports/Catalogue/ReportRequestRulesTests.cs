using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Contracts.Webhooks;
using PerfPlatform.Reports.Catalogue;
using PerfPlatform.Reports.Rendering;
using PerfPlatform.Reports.Schedules;
using Xunit;

namespace PerfPlatform.Tests.Reports.Catalogue;

public sealed class ReportRequestRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReportRequestRules Rules = new([new HtmlReportRenderer(), new CsvReportRenderer(), new JsonReportRenderer()]);
    private static readonly ReportRequest Good = new() { Kind = ReportKind.Performance, Format = ReportFormat.Html };

    [Fact]
    public void Check_Defaults_IsTheLastDay() => Assert.Equal((Now.AddDays(-1), Now), Rules.Check(Good, Now));

    [Theory]
    [InlineData(ReportKind.Capacity, ReportFormat.Html, "now-1h", "now", "", "'performance'")]
    [InlineData(ReportKind.Performance, ReportFormat.Pdf, "now-1h", "now", "", "html, csv, json")]
    [InlineData(ReportKind.Performance, ReportFormat.Csv, "yesterday", "now", "", "'from'")]
    [InlineData(ReportKind.Performance, ReportFormat.Csv, "now", "now-1h", "", "'to' must be after")]
    [InlineData(ReportKind.Performance, ReportFormat.Csv, "now-500d", "now", "", "longer than 400 days")]
    [InlineData(ReportKind.Performance, ReportFormat.Csv, "now-1h", "now", "nonsense", "label filter")]
    public void Check_Bad_SaysWhatToChange(ReportKind kind, ReportFormat format, string from, string to, string match, string expected)
    {
        var request = new ReportRequest { Kind = kind, Format = format, From = from, To = to, Match = match.Length == 0 ? [] : [match] };

        Assert.Contains(expected, Assert.Throws<QueryException>(() => Rules.Check(request, Now)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 7 * * 1", "Europe/Berlin", "webhook", "https://hooks.example/x", null)]
    [InlineData("nonsense", "UTC", "webhook", "https://hooks.example/x", "'cron'")]
    [InlineData("0 7 31 2 *", "UTC", "webhook", "https://hooks.example/x", "never comes")]
    [InlineData("0 7 * * 1", "Mars/Base", "webhook", "https://hooks.example/x", "time zone")]
    [InlineData("0 7 * * 1", "UTC", "email", "https://hooks.example/x", "'webhook'")]
    [InlineData("0 7 * * 1", "UTC", "webhook", "file:///etc/passwd", "'url'")]
    [InlineData("0 7 * * 1", "UTC", "webhook", "https://me:pw@hooks.example/x", "user name")]
    public void ScheduleCheck_Definition_SaysWhatToChange(string cron, string zone, string kind, string url, string? expected)
    {
        var rules = new ScheduleRules(Rules);
        var definition = new ScheduleDefinition
        {
            Name = "weekly",
            Cron = cron,
            TimeZone = zone,
            Report = Good,
            Recipients = [new ReportRecipient { Kind = kind, Url = new Uri(url) }],
        };

        if (expected is null) rules.Check(definition, Now);
        else Assert.Contains(expected, Assert.Throws<QueryException>(() => rules.Check(definition, Now)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_SummerTimeBegins_KeepsTheLocalHour()
    {
        var definition = new ScheduleDefinition { Name = "daily", Cron = "0 7 * * *", TimeZone = "Europe/Berlin", Report = Good };

        // 29 March 2026: summer time begins at 2:00 in the night before.
        Assert.Equal(new DateTimeOffset(2026, 3, 28, 6, 0, 0, TimeSpan.Zero), ScheduleRules.Next(definition, new DateTimeOffset(2026, 3, 28, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 5, 0, 0, TimeSpan.Zero), ScheduleRules.Next(definition, new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero)));
        Assert.Null(ScheduleRules.Next(definition with { Enabled = false }, Now));
    }

    [Fact]
    public void Signature_KnownBody_IsTheHmac() => Assert.Equal(
        // printf '1790000000.{}' | openssl dgst -sha256 -hmac secret
        "t=1790000000,v1=" + SignatureOfOpenSsl, WebhookSignature.Of("secret", "{}"u8, 1_790_000_000));

    private const string SignatureOfOpenSsl = "d0cadd434460d4af55e7ab90d79c1802591d7001a77c9e06471d0e3ec8cc85ae";
}
