using Hangfire;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Database;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Makes one report. May be called often for the same one: only who claims it works, and what a killed process began is begun anew.</summary>
public sealed partial class ReportJob(
    ReportStore store, PerformanceReportBuilder builder, ReportFiles files, ReportQueue queue, JobRun run, ILogger<ReportJob> logger)
{
    /// <summary>How often a report is tried.</summary>
    public const int MostAttempts = 3;

    private const int RenderingAt = 95;

    // What the job notes: the attempt with which it made a report whose recipients it has still to tell.
    private const string Untold = "untold";

    /// <summary>Makes it, if nobody else does.</summary>
    [AutomaticRetry(Attempts = MostAttempts - 1, DelaysInSeconds = [2, 10], LogEvents = false, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(string reportId, CancellationToken cancellationToken)
    {
        if (await store.ClaimAsync(reportId, cancellationToken) is not { } report)
        {
            await GoOnAsync(reportId, cancellationToken);
            return;
        }

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

    // Hangfire runs a job again whose process was killed: perhaps between the report and its delivery.
    private async Task GoOnAsync(string reportId, CancellationToken cancellationToken)
    {
        if (run.Noted<int>(Untold) is not (> 0 and var attempt)) return;
        if (await store.MadeAsync(reportId, attempt, cancellationToken) is { } schedule) Deliver(reportId, schedule);
    }

    private void Deliver(string reportId, string schedule)
    {
        queue.EnqueueDelivery(reportId, schedule);
        run.Note(Untold, 0);
    }

    private async Task MakeAsync(ReportRow report, CancellationToken cancellationToken)
    {
        var content = await builder.BuildAsync(report, Progress, cancellationToken);
        await Progress(RenderingAt);
        var file = files.Render(report, content);
        if (report.ScheduleId is not null) run.Note(Untold, report.Attempt);
        if (!await store.DoneAsync(report, file, cancellationToken)) throw new ReportGoneException();
        if (report.ScheduleId is { } schedule) Deliver(report.Id, schedule);

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
