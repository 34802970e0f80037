using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>How a try at a password went.</summary>
public enum SignInOutcome
{
    /// <summary>It is the password.</summary>
    Right,

    /// <summary>It is not, or nobody has this name.</summary>
    Wrong,

    /// <summary>It was not looked at, after too many wrong ones.</summary>
    Locked,

    /// <summary>It was not looked at: too many are tried just now.</summary>
    Busy,
}

/// <summary>A try at a password.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="User">Whose password it is, or null.</param>
/// <param name="RetryAfter">How long to wait before the next try; null where it may follow at once.</param>
/// <param name="NeedsRehash">It is right, and kept as it was hashed of old.</param>
public sealed record SignInResult(SignInOutcome Outcome, User? User = null, TimeSpan? RetryAfter = null, bool NeedsRehash = false)
{
    /// <summary>What to say to the person.</summary>
    public string Text => (Outcome, RetryAfter) switch
    {
        (SignInOutcome.Busy, _) => "Too many people sign in just now. Try again in a few seconds.",
        (_, { } wait) => $"Too many wrong passwords. Try again in {Math.Ceiling(wait.TotalMinutes)} min.",
        _ => "The name or the password is wrong.",
    };
}
