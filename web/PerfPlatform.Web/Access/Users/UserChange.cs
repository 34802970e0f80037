using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Users;

/// <summary>How a change of a user went.</summary>
public enum UserChangeOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such user.</summary>
    NotFound,

    /// <summary>It would leave nobody who can manage users.</summary>
    LastAdmin,
}

/// <summary>A change of a user.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="User">The user after it, or as it still is.</param>
public sealed record UserChange(UserChangeOutcome Outcome, User? User);
