using Hangfire;

namespace PerfPlatform.Reports.Jobs;

/// <summary>The job that follows a report of a schedule: who makes reports need not know schedules.</summary>
public interface IReportDelivery
{
    /// <summary>Tells the schedule's recipients that the report is ready; each that the job has told before is left out.</summary>
    [AutomaticRetry(Attempts = 8, LogEvents = false)]
    Task RunAsync(string reportId, string scheduleId, CancellationToken cancellationToken);
}
