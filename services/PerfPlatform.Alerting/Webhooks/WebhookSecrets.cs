using System.Security.Cryptography;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>Keeps the secrets of webhooks out of the database's plain sight.</summary>
public sealed class WebhookSecrets(InstallationSecret installation)
{
    private readonly SecretSeal _seal = installation.Seal("webhook-secrets");

    /// <summary>A new secret.</summary>
    public static string Generate() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Encrypts.</summary>
    public string Protect(string secret) => _seal.Close(secret);

    /// <summary>Decrypts; null when it was encrypted under another installation's secret.</summary>
    public string? Unprotect(string text) => _seal.Open(text);
}
