using Hangfire;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Catalogue;

namespace PerfPlatform.Reports.Schedules;

/// <summary>One run of a schedule: asks for its report.</summary>
public sealed class ScheduleJob(ScheduleCatalog schedules, ReportCatalog reports, TimeProvider clock)
{
    /// <summary>Runs it, if it is still there and enabled.</summary>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [5, 30, 120], LogEvents = false)]
    public async Task RunAsync(string scheduleId, CancellationToken cancellationToken)
    {
        if (await schedules.DefinitionAsync(scheduleId, cancellationToken) is not { Enabled: true } definition) return;
        try
        {
            var report = await reports.CreateAsync(definition.Report, "schedule:" + definition.Name, scheduleId, cancellationToken);
            await schedules.NoteAsync(scheduleId, clock.GetUtcNow(), report.Id, null, cancellationToken);
        }
        catch (QueryException e)
        {
            await schedules.NoteAsync(scheduleId, clock.GetUtcNow(), null, e.Message, cancellationToken);
        }
    }
}
