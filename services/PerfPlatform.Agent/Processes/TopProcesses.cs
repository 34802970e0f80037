namespace PerfPlatform.Agent.Processes;

/// <summary>Chooses the processes that are told one by one.</summary>
internal static class TopProcesses
{
    /// <summary>
    /// The union of the first <paramref name="size"/> by processor time and by memory. One that used no processor time is not first in it.
    /// </summary>
    /// <param name="table">After a scan.</param>
    /// <param name="size">Of each of the two lists.</param>
    /// <param name="settledScans">A process counts when seen in so many scans: short-lived ones (a compiler, a cron job) would each leave a series behind.</param>
    public static List<ProcessTable.Entry> Choose(ProcessTable table, int size, int settledScans)
    {
        var settled = table.Entries.Where(entry => entry.Scans >= settledScans).ToList();
        return
        [
            .. settled.Where(entry => entry.Ticks > 0).OrderByDescending(entry => entry.Ticks).ThenBy(entry => entry.Pid).Take(size)
                .Union(settled.Where(entry => entry.ResidentPages > 0).OrderByDescending(entry => entry.ResidentPages).ThenBy(entry => entry.Pid).Take(size)),
        ];
    }
}
