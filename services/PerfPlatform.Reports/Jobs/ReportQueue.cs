using Hangfire;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Sends a worker for a report. If the message cannot be sent now, the server's sweep finds the report.</summary>
public sealed partial class ReportQueue(JobStorage storage, JobServerState state, ILogger<ReportQueue> logger)
{
    private readonly BackgroundJobClient _client = new(storage);

    /// <summary>Sends a worker.</summary>
    public void Enqueue(string reportId)
    {
        if (!state.IsRunning) return;
        try
        {
            _client.Enqueue<ReportJob>(job => job.RunAsync(reportId, CancellationToken.None));
        }
        catch (Exception e)
        {
            LogNotSent(logger, reportId, e);
        }
    }

    /// <summary>Sends a worker that delivers a report to its schedule's recipients.</summary>
    public void EnqueueDelivery(string reportId, string scheduleId) =>
        _client.Enqueue<IReportDelivery>(job => job.RunAsync(reportId, scheduleId, CancellationToken.None));

    [LoggerMessage(Level = LogLevel.Warning, Message = "No worker could be sent for report {ReportId}; the next sweep tries again")]
    private static partial void LogNotSent(ILogger logger, string reportId, Exception exception);
}
