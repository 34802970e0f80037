using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>How a sign-in went.</summary>
/// <param name="User">Who is signed in, or null.</param>
/// <param name="RetryAfter">How long to wait after too many wrong passwords; null where a new try may follow at once.</param>
public sealed record SignInResult(User? User, TimeSpan? RetryAfter)
{
    /// <summary>Wrong name or password.</summary>
    public static SignInResult Wrong { get; } = new(null, null);
}
