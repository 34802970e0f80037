namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Who shall work on what: each member that is alive has an equal share, the earlier ones one more where it does not come out even. All members compute the
/// same from the same rows, so nobody has to be asked; what is in good hands moves only when a share is too large.
/// </summary>
public static class LeasePlan
{
    /// <summary>The steps of one member, by partition.</summary>
    /// <param name="view">What the database has.</param>
    /// <param name="me">The member.</param>
    /// <param name="held">The epochs under which it works on each partition by now; 0 where it does not.</param>
    public static LeaseStep[] Of(LeaseView view, string me, IReadOnlyList<long> held)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(held);
        var alive = view.Members.Where(m => m.IsAlive || m.Owner == me).Select(m => m.Owner).ToList();
        var rank = alive.IndexOf(me);
        if (rank < 0) (rank, alive) = (alive.Count, [.. alive, me]);
        var share = (held.Count / alive.Count) + (rank < held.Count % alive.Count ? 1 : 0);

        var rows = view.Leases.ToDictionary(l => l.Partition);
        var steps = new LeaseStep[held.Count];
        var free = new List<int>();
        for (var i = 0; i < steps.Length; i++)
        {
            var row = rows.GetValueOrDefault(i);
            if (row?.Owner == me && held[i] == row.Epoch) steps[i] = LeaseStep.Keep;
            else if (row?.Owner == me && !row.IsOver) steps[i] = LeaseStep.Take; // mine, but what was done under it is in doubt
            else steps[i] = LeaseStep.Leave;
            if (steps[i] == LeaseStep.Leave && (row is null || IsFree(row, view))) free.Add(i);
        }

        var mine = steps.Count(s => s != LeaseStep.Leave);
        foreach (var partition in free.Take(Math.Max(0, share - mine))) steps[partition] = LeaseStep.Take;
        for (var i = steps.Length - 1; i >= 0 && mine > share; i--)
        {
            if (steps[i] != LeaseStep.Keep) continue;
            steps[i] = LeaseStep.GiveBack;
            mine--;
        }

        return steps;
    }

    // Of a process that is no member nothing is known but the time of its lease.
    private static bool IsFree(LeaseRow row, LeaseView view) => view.Members.FirstOrDefault(m => m.Owner == row.Owner) is { } owner ? !owner.IsAlive || row.IsOver : row.IsOver;
}
