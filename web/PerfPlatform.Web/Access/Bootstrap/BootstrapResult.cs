namespace PerfPlatform.Web.Access.Bootstrap;

/// <summary>What the first start made. The only time that these are in the clear: print them once, never log them.</summary>
/// <param name="AdminPassword">The administrator's password if it was generated now, else null.</param>
/// <param name="IngestKey">The ingest key if it was made now, else null.</param>
public sealed record BootstrapResult(string? AdminPassword, string? IngestKey);
