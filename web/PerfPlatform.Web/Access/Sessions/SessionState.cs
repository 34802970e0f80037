using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Sessions;

/// <summary>What is known of a session.</summary>
/// <param name="User">Whose it is, while it stands.</param>
/// <param name="ReadAt">When it was read, as a timestamp.</param>
/// <param name="IsUnknown">The database does not answer, and this process has not seen the session.</param>
public sealed record SessionState(User? User, long ReadAt, bool IsUnknown = false);
