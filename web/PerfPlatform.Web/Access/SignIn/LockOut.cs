namespace PerfPlatform.Web.Access.SignIn;

/// <summary>How long an account is locked after wrong passwords in a row: not at all for the first four, then one minute, doubling up to fifteen.</summary>
public static class LockOut
{
    /// <summary>Wrong passwords until the first lock.</summary>
    public const int Free = 5;

    /// <summary>The longest lock.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The lock after the given number of wrong passwords in a row.</summary>
    public static TimeSpan After(int failures)
    {
        if (failures < Free) return TimeSpan.Zero;
        var doubled = TimeSpan.FromMinutes(1 << Math.Min(failures - Free, 10));
        return doubled < Longest ? doubled : Longest;
    }
}
