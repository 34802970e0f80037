using Hangfire;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Rendering;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Makes one report. May be called often for the same one: only who claims it works, and what a killed process began is begun anew.</summary>
public sealed partial class ReportJob(
    ReportStore store, PerformanceReportBuilder builder, IEnumerable<IReportRenderer> renderers, ReportQueue queue, Microsoft.Extensions.Options.IOptions<ReportsOptions> options,
    ILogger<ReportJob> logger)
{
    /// <summary>How often a report is tried.</summary>
    public const int MostAttempts = 3;

    private const int RenderingAt = 95;

    /// <summary>Makes it, if nobody else does.</summary>
    [AutomaticRetry(Attempts = MostAttempts - 1, DelaysInSeconds = [2, 10], LogEvents = false, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(string reportId, CancellationToken cancellationToken)
    {
        if (await store.ClaimAsync(reportId, cancellationToken) is not { } report) return;
        try
        {
            await MakeAsync(report, cancellationToken);
        }
        catch (ReportGoneException)
        {
            LogGone(logger, reportId);
        }
        catch (QueryException e)
        {
            await store.FailedAsync(report, e.Message, final: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            var stopping = cancellationToken.IsCancellationRequested;
            var final = !stopping && report.Attempt >= MostAttempts;
            LogFailed(logger, reportId, report.Attempt, e);
            await store.FailedAsync(report, stopping ? "The service stopped; the report is begun anew." : "It could not be made: " + e.GetBaseException().Message, final, CancellationToken.None);
            if (!final) throw;
        }
    }

    private async Task MakeAsync(ReportRow report, CancellationToken cancellationToken)
    {
        var content = await builder.BuildAsync(report, Progress, cancellationToken);
        await Progress(RenderingAt);
        var renderer = renderers.First(r => r.Format == report.Format);
        var bytes = renderer.Render(content);
        if (bytes.Length > options.Value.MaxFileBytes)
            throw new QueryException($"The file would have {bytes.Length} bytes, more than {options.Value.MaxFileBytes}: choose a shorter period or fewer hosts.");
        var file = new ReportFileRow
        {
            ReportId = report.Id,
            ContentType = renderer.ContentType,
            FileName = $"perfplatform-{report.Kind.ToString().ToLowerInvariant()}-{report.From:yyyyMMddTHHmm}Z-{report.To:yyyyMMddTHHmm}Z.{report.Format.ToString().ToLowerInvariant()}",
            Content = bytes,
        };
        if (!await store.DoneAsync(report, file, cancellationToken)) throw new ReportGoneException();
        if (report.ScheduleId is { } schedule) queue.EnqueueDelivery(report.Id, schedule);

        async Task Progress(int percent)
        {
            if (!await store.ProgressAsync(report, percent, cancellationToken)) throw new ReportGoneException();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Report {ReportId} could not be made at attempt {Attempt}")]
    private static partial void LogFailed(ILogger logger, string reportId, int attempt, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Report {ReportId} was removed or taken over while it was made")]
    private static partial void LogGone(ILogger logger, string reportId);

    private sealed class ReportGoneException : Exception;
}
