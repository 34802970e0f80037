namespace PerfPlatform.Web.Access.Schema;

/// <summary>Tries at a password that have not been forgotten: a row of <c>access.password_tries</c>.</summary>
public sealed class PasswordTries
{
    /// <summary>Who tries: an address, a name from an address, or a device.</summary>
    public required string Key { get; init; }

    /// <summary>How many in a row.</summary>
    public required int Tries { get; init; }

    /// <summary>When the last one was.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>No other before this time.</summary>
    public required DateTimeOffset LockedUntil { get; init; }
}
