using System.Security.Cryptography;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.Access.Keys;

/// <summary>Makes keys <c>pp_&lt;id&gt;_&lt;secret&gt;</c> and hashes them under the installation's secret.</summary>
public sealed class KeyMint(InstallationSecret secret)
{
    /// <summary>A new random key: 64 bits of id, 192 bits of secret.</summary>
    public static string Create() => $"pp_{RandomNumberGenerator.GetHexString(16, lowercase: true)}_{RandomNumberGenerator.GetHexString(48, lowercase: true)}";

    /// <summary>The key of one of the platform's own processes: derived, the same whenever asked, so that it need not be stored.</summary>
    public string ForService(string name) => $"pp_{secret.HashKey("id of the service key " + name)[..16]}_{secret.HashKey("service key " + name)}";

    /// <summary>HMAC-SHA256 of the whole key, hexadecimal.</summary>
    public string Hash(string key) => secret.HashKey(key);

    /// <summary>The public part of a key.</summary>
    public static bool TryGetId(string? key, out string id)
    {
        id = "";
        if (key is null || key.Length > 200 || !key.StartsWith("pp_", StringComparison.Ordinal)) return false;
        var end = key.IndexOf('_', 3);
        if (end is < 4 or > 67 || key.Length - end - 1 < 8) return false;
        id = key[3..end];
        return true;
    }
}
