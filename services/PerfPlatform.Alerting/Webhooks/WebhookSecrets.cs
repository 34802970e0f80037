using System.Security.Cryptography;
using System.Text;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>Keeps secrets out of the database's plain sight: AES-256-GCM under a key derived from the installation's secret. Kept as base64 of nonce, tag and text.</summary>
public sealed class WebhookSecrets : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly AesGcm _cipher;

    /// <summary>Derives the key.</summary>
    public WebhookSecrets(IConfiguration configuration)
    {
        var text = configuration[InstallationSecret.Setting] ?? throw new InvalidOperationException($"{InstallationSecret.Setting} is not set.");
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(text), 32, info: "webhook-secrets"u8.ToArray());
        _cipher = new AesGcm(key, TagSize);
    }

    /// <summary>A new secret.</summary>
    public static string Generate() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Encrypts.</summary>
    public string Protect(string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var kept = new byte[NonceSize + TagSize + plain.Length];
        var nonce = kept.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(nonce, plain, kept.AsSpan(NonceSize + TagSize), kept.AsSpan(NonceSize, TagSize));
        return Convert.ToBase64String(kept);
    }

    /// <summary>Decrypts; null when it was encrypted under another installation's secret.</summary>
    public string? Unprotect(string text)
    {
        try
        {
            var kept = Convert.FromBase64String(text);
            var plain = new byte[kept.Length - NonceSize - TagSize];
            _cipher.Decrypt(kept.AsSpan(0, NonceSize), kept.AsSpan(NonceSize + TagSize), kept.AsSpan(NonceSize, TagSize), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _cipher.Dispose();
}
