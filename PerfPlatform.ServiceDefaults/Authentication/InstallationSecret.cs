using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The secret that one installation shares (<c>PERFPLATFORM_SECRET</c>, base64 of 32 bytes): it hashes keys and signs service tokens.</summary>
public sealed class InstallationSecret
{
    /// <summary>The setting's name.</summary>
    public const string Setting = "PERFPLATFORM_SECRET";

    private readonly byte[] _secret;

    private InstallationSecret(byte[] secret) => _secret = secret;

    internal byte[] TokenKey => HMACSHA256.HashData(_secret, "service-token"u8);

    /// <summary>Reads the secret.</summary>
    /// <exception cref="InvalidOperationException">The setting is missing or not base64 of at least 32 bytes.</exception>
    public static InstallationSecret From(IConfiguration configuration)
    {
        var text = configuration[Setting];
        if (string.IsNullOrEmpty(text)) throw new InvalidOperationException($"{Setting} is not set: give every service the same base64 text of 32 random bytes.");
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 32)
        {
            throw new InvalidOperationException($"{Setting} must be base64 of at least 32 bytes.");
        }

        return new InstallationSecret(bytes[..length]);
    }

    /// <summary>A new secret, as the setting wants it.</summary>
    public static string Generate() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash under which a key is kept: hexadecimal HMAC-SHA256 of the whole key.</summary>
    public string HashKey(string key) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(key)));

    /// <summary>A key for one purpose, the same in every process of the installation.</summary>
    public byte[] Key(string purpose, int bytes) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, bytes, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Seals other systems' secrets for one purpose.</summary>
    public SecretSeal Seal(string purpose) => new(_secret, purpose);
}
