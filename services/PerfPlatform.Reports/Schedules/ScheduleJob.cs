using System.Security.Cryptography;
using System.Text;
using Hangfire;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Catalogue;
using PerfPlatform.Reports.Jobs;

namespace PerfPlatform.Reports.Schedules;

/// <summary>One run of a schedule: asks for its report, once however often Hangfire runs the job.</summary>
public sealed class ScheduleJob(ScheduleCatalog schedules, ReportCatalog reports, JobRun run, TimeProvider clock)
{
    /// <summary>Runs it, if it is still there and enabled.</summary>
    [AutomaticRetry(Attempts = 3, DelaysInSeconds = [5, 30, 120], LogEvents = false)]
    public async Task RunAsync(string scheduleId, CancellationToken cancellationToken)
    {
        if (await schedules.DefinitionAsync(scheduleId, cancellationToken) is not { Enabled: true } definition) return;
        try
        {
            var report = await reports.CreateAsync(definition.Report, "schedule:" + definition.Name, scheduleId, IdOf(scheduleId, run), cancellationToken);
            await schedules.NoteAsync(scheduleId, clock.GetUtcNow(), report.Id, null, cancellationToken);
        }
        catch (QueryException e)
        {
            await schedules.NoteAsync(scheduleId, clock.GetUtcNow(), null, e.Message, cancellationToken);
        }
    }

    // A version 7 UUID as every report has one, of the job's time and number instead of chance.
    private static string IdOf(string scheduleId, JobRun run)
    {
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{scheduleId}\n{run.JobId}")).AsSpan(0, 16);
        var time = run.CreatedAt.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++) id[i] = (byte)(time >> (8 * (5 - i)));
        id[6] = (byte)(0x70 | (id[6] & 0x0f));
        id[8] = (byte)(0x80 | (id[8] & 0x3f));
        return Convert.ToHexStringLower(id);
    }
}
