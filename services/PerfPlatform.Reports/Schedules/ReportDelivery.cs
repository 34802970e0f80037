using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Contracts.Webhooks;
using PerfPlatform.Reports.Catalogue;
using PerfPlatform.Reports.Jobs;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Schedules;

/// <summary>Tells the recipients of a schedule that its report is ready; signed as the webhooks of alerts are. Tried again for some hours.</summary>
public sealed class ReportDelivery(ScheduleCatalog schedules, ReportCatalog reports, IHttpClientFactory clients, JobRun run, TimeProvider clock) : IReportDelivery
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "report-delivery";

    // What the job notes: the addresses that were told.
    private const string Told = "told";

    /// <summary>Delivers to every recipient; a failure of one does not keep it from the others.</summary>
    public async Task RunAsync(string reportId, string scheduleId, CancellationToken cancellationToken)
    {
        if (await schedules.DefinitionAsync(scheduleId, cancellationToken) is not { } schedule) return;
        if (await reports.FindAsync(reportId, cancellationToken) is not { } report) return;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { Version = 1, Event = "report.done", DeliveryId = reportId, SentAt = clock.GetUtcNow(), Schedule = schedule.Name, Report = report, Download = $"/api/v1/reports/{reportId}/download" },
            PerfPlatformJson.Options);
        var errors = new List<string>();
        var told = run.Noted<List<string>>(Told) ?? [];
        foreach (var recipient in schedule.Recipients.Where(r => !told.Contains(r.Url!.AbsoluteUri)))
        {
            try
            {
                await PostAsync(recipient, reportId, body, cancellationToken);
                told.Add(recipient.Url!.AbsoluteUri);
                run.Note(Told, told);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                errors.Add($"{recipient.Url!.Host}: {e.GetBaseException().Message}");
            }
        }

        var error = errors.Count == 0 ? null : "Not delivered to " + string.Join("; ", errors);
        await schedules.NoteAsync(scheduleId, null, null, error, cancellationToken);
        if (error is not null) throw new HttpRequestException(error);
    }

    private async Task PostAsync(ReportRecipient recipient, string reportId, byte[] body, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, recipient.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-PerfPlatform-Event", "report.done");
        request.Headers.Add("X-PerfPlatform-Delivery", reportId);
        if (recipient.Secret is { Length: > 0 } secret) request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, body, clock.GetUtcNow().ToUnixTimeSeconds()));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
