namespace PerfPlatform.Web.Access.Schema;

/// <summary>A person who can sign in: a row of <c>access.users</c>.</summary>
public sealed class User
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name to sign in with, in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>As ASP.NET's password hasher wrote it.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>What the person may do.</summary>
    public required UserRole Role { get; set; }

    /// <summary>Drawn anew when the password or role changes: sessions with an older one end.</summary>
    public required Guid Stamp { get; set; }

    /// <summary>When the user was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last signed in.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }
}
