using System.Security.Cryptography;
using System.Text;

namespace PerfPlatform.Contracts.Webhooks;

/// <summary>Signs a delivery, of alerts and of reports alike: <c>t=1790000000,v1=5257a8...</c>, v1 being the hexadecimal HMAC-SHA256 of <c>1790000000.body</c> under the secret.</summary>
public static class WebhookSignature
{
    /// <summary>The header.</summary>
    public const string Header = "X-PerfPlatform-Signature";

    /// <summary>The header's value.</summary>
    /// <param name="secret">The subscription's secret.</param>
    /// <param name="body">The body exactly as it is sent.</param>
    /// <param name="unixSeconds">When it is sent.</param>
    public static string Of(string secret, ReadOnlySpan<byte> body, long unixSeconds)
    {
        var prefix = Encoding.ASCII.GetBytes($"{unixSeconds}.");
        var signed = new byte[prefix.Length + body.Length];
        prefix.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(prefix.Length));
        return $"t={unixSeconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
