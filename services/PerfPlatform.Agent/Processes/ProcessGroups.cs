namespace PerfPlatform.Agent.Processes;

/// <summary>
/// Chooses what is told of processes: by executable name, so that a build which starts a thousand compilers is one line of what they use together and
/// not a thousand series of a sample each. A name that was among the first is told for some scans more, so that its line does not come and go.
/// </summary>
/// <param name="size">The first so many by processor time, and by memory.</param>
/// <param name="leastTicks">What a name must use to be among the first by processor time: on an idle machine chance would choose.</param>
/// <param name="heldScans">How many scans longer it is told, with zeros when none of its processes is left.</param>
internal sealed class ProcessGroups(int size, ulong leastTicks, int heldScans)
{
    // Grows with the names that run; those that are gone leave when they are told no longer.
    private readonly Dictionary<string, ProcessGroup> _groups = new(StringComparer.Ordinal);
    private int _scan;

    public int Count => _groups.Count;

    /// <summary>The groups to tell, in the order of their names; after a scan of the table, once.</summary>
    public IReadOnlyList<ProcessGroup> Choose(ProcessTable table)
    {
        _scan++;
        Sum(table);
        HoldFirst(g => g.Ticks, leastTicks);
        HoldFirst(g => g.ResidentPages, 1);
        foreach (var group in _groups.Values.Where(g => g.Processes == 0 && g.ToldUntil < _scan).ToList())
            _groups.Remove(group.Name);
        return [.. _groups.Values.Where(g => g.ToldUntil >= _scan).OrderBy(g => g.Name, StringComparer.Ordinal)];
    }

    private void HoldFirst(Func<ProcessGroup, ulong> use, ulong least)
    {
        foreach (var group in _groups.Values.Where(g => use(g) >= least).OrderByDescending(use).ThenBy(g => g.Name, StringComparer.Ordinal).Take(size))
            group.ToldUntil = _scan + heldScans;
    }

    private void Sum(ProcessTable table)
    {
        foreach (var group in _groups.Values)
            group.Clear();
        foreach (var process in table.Entries)
        {
            if (!_groups.TryGetValue(process.ExecutableName, out var group))
                _groups[process.ExecutableName] = group = new ProcessGroup(process.ExecutableName);
            group.Add(process);
        }
    }
}
