using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Sessions;

/// <summary>A session as the API shows one.</summary>
/// <param name="Id">Its id.</param>
/// <param name="User">Whose it is.</param>
/// <param name="CreatedAt">When the person signed in.</param>
/// <param name="SeenAt">When it was last used, to five minutes.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
/// <param name="Address">The address of the sign-in.</param>
/// <param name="Agent">What the browser called itself.</param>
/// <param name="Current">Whether it is the one that asks.</param>
public sealed record SessionInfo(Guid Id, string User, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string? Address, string? Agent, bool Current)
{
    internal static SessionInfo Of(Session session, string user, Guid? current) =>
        new(session.Id, user, session.CreatedAt, session.SeenAt, session.ExpiresAt, session.Address, session.Agent, session.Id == current);
}
