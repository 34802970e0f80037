using System.ComponentModel;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Users;

/// <summary>A user as the API shows one.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Role">What the person may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastSignInAt">When the person last signed in.</param>
public sealed record UserInfo(Guid Id, string Name, UserRole Role, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt)
{
    internal static UserInfo Of(User user) => new(user.Id, user.Name, user.Role, user.CreatedAt, user.LastSignInAt);
}

/// <summary>Body of POST /api/v1/users.</summary>
public sealed record CreateUserRequest
{
    /// <summary>The name to sign in with.</summary>
    [Description("1 to 64 letters, digits, dots, dashes, underscores or @.")]
    public required string Name { get; init; }

    /// <summary>The password.</summary>
    [Description(UserRules.PasswordText)]
    public required string Password { get; init; }

    /// <summary>What the person may do.</summary>
    public UserRole Role { get; init; } = UserRole.Viewer;
}

/// <summary>Body of PUT /api/v1/users/{id}; what is missing stays as it is.</summary>
public sealed record UpdateUserRequest
{
    /// <summary>A new password.</summary>
    [Description(UserRules.PasswordText)]
    public string? Password { get; init; }

    /// <summary>A new role.</summary>
    public UserRole? Role { get; init; }
}
