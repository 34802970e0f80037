namespace PerfPlatform.Contracts.Messages;

/// <summary>Keys were made, changed or revoked: every service reads the key records again.</summary>
public sealed record ApiKeysChanged
{
    /// <summary>The key that changed, or null for many.</summary>
    public string? KeyId { get; init; }
}
