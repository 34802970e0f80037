namespace PerfPlatform.ServiceDefaults;

/// <summary>Members, in the order in which they came, and leases at one moment.</summary>
/// <param name="Members">Who takes part.</param>
/// <param name="Leases">The leases that were ever taken.</param>
public sealed record LeaseView(IReadOnlyList<LeaseMember> Members, IReadOnlyList<LeaseRow> Leases)
{
    /// <summary>Before the first look.</summary>
    public static LeaseView Empty { get; } = new([], []);

    /// <summary>Who works on a partition; null where nobody does who is alive.</summary>
    public LeaseMember? Owner(int partition)
    {
        var lease = Leases.FirstOrDefault(l => l.Partition == partition);
        return lease is null or { IsOver: true } ? null : Members.FirstOrDefault(m => m.Owner == lease.Owner && m.IsAlive);
    }
}
