namespace PerfPlatform.ServiceDefaults;

/// <summary>How a request without a key is authenticated.</summary>
public sealed class PerfPlatformAuthenticationOptions
{
    /// <summary>The scheme of signed-in people (Web's cookie), or null where only keys are accepted.</summary>
    public string? InteractiveScheme { get; set; }
}
