namespace PerfPlatform.Client.Addresses;

/// <summary>Addresses of the platform.</summary>
internal static class Address
{
    /// <summary>An address under a base address that may have a path of its own.</summary>
    public static Uri Under(Uri address, string path) => new(address.AbsoluteUri.TrimEnd('/') + "/" + path);
}
