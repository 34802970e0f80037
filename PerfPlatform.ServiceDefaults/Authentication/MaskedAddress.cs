namespace PerfPlatform.ServiceDefaults;

/// <summary>An address of another system as those see it who may not change it: where it goes, for the rest can be a secret.</summary>
public static class MaskedAddress
{
    /// <summary>Scheme, host and port.</summary>
    public static string Of(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Authority}/..." : "...";
}
