namespace PerfPlatform.Web.Access.SignIn;

/// <summary>How long there is no other try after so many in a row: at first not at all, then one minute, doubling.</summary>
/// <param name="Free">Tries until the first lock; that one included.</param>
/// <param name="Longest">The longest lock.</param>
/// <param name="Forgotten">After how long without a try they begin anew.</param>
public sealed record LockOut(int Free, TimeSpan Longest, TimeSpan Forgotten)
{
    /// <summary>For a name from one address, or from one device.</summary>
    public static LockOut OfName { get; } = new(5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(1));

    /// <summary>For one address, whatever the names.</summary>
    public static LockOut OfAddress { get; } = new(20, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    /// <summary>The locks in seconds after the first, second, ... try; as the last one ever after.</summary>
    public double[] Steps { get; } = [.. Enumerable.Range(1, Free + (int)Math.Ceiling(Math.Log2(Longest.TotalMinutes))).Select(tries => After(tries, Free, Longest).TotalSeconds)];

    /// <summary>The lock after the given number of tries in a row.</summary>
    public TimeSpan After(int tries) => After(tries, Free, Longest);

    private static TimeSpan After(int tries, int free, TimeSpan longest)
    {
        if (tries < free) return TimeSpan.Zero;
        var doubled = TimeSpan.FromMinutes(1 << Math.Min(tries - free, 10));
        return doubled < longest ? doubled : longest;
    }
}
