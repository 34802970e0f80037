using System.Security.Cryptography;
using System.Text;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Keeps other systems' secrets out of plain sight where they are stored: AES-256-GCM under a key derived from the installation's secret and a purpose.
/// Kept as base64 of nonce, tag and text.
/// </summary>
public sealed class SecretSeal
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] _key;

    internal SecretSeal(byte[] secret, string purpose) => _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Encrypts.</summary>
    public string Close(string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var kept = new byte[NonceSize + TagSize + plain.Length];
        var nonce = kept.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        // An AesGcm of its own each time: one is not for several threads, and seals are shared.
        using var cipher = new AesGcm(_key, TagSize);
        cipher.Encrypt(nonce, plain, kept.AsSpan(NonceSize + TagSize), kept.AsSpan(NonceSize, TagSize));
        return Convert.ToBase64String(kept);
    }

    /// <summary>Decrypts; null when it was encrypted under another installation's secret.</summary>
    public string? Open(string text)
    {
        try
        {
            var kept = Convert.FromBase64String(text);
            var plain = new byte[kept.Length - NonceSize - TagSize];
            using var cipher = new AesGcm(_key, TagSize);
            cipher.Decrypt(kept.AsSpan(0, NonceSize), kept.AsSpan(NonceSize + TagSize), kept.AsSpan(NonceSize, TagSize), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException)
        {
            return null;
        }
    }
}
