namespace PerfPlatform.Web.Access.Schema;

/// <summary>Who did what: a row of <c>access.audit</c>.</summary>
public sealed class AuditEntry
{
    /// <summary>Ascending.</summary>
    public long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The user or key.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done, for example <c>key.created</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to.</summary>
    public string? Target { get; init; }

    /// <summary>What a reader wants to know besides; never a secret.</summary>
    public string? Detail { get; init; }

    /// <summary>The address it came from.</summary>
    public string? Address { get; init; }
}
