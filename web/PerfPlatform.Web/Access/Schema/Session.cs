namespace PerfPlatform.Web.Access.Schema;

/// <summary>Somebody is signed in: a row of <c>access.sessions</c>. Without the row the cookie is worth nothing.</summary>
public sealed class Session
{
    /// <summary>Its id, which the cookie carries sealed; ascending.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The user's stamp at the sign-in: it stands while the two are the same.</summary>
    public required Guid Stamp { get; init; }

    /// <summary>When the person signed in.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, to five minutes.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it ends at the latest.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The address of the sign-in.</summary>
    public string? Address { get; init; }

    /// <summary>What the browser called itself.</summary>
    public string? Agent { get; init; }
}
