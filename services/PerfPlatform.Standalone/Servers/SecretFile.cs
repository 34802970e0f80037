using System.Security.Cryptography;

namespace PerfPlatform.Standalone.Servers;

/// <summary>A generated secret that is made once and kept in a file that only its owner can read.</summary>
public static class SecretFile
{
    private const int Bytes = 32;

    /// <summary>The secret in <paramref name="path"/>, base64 of 32 random bytes; made at the first call.</summary>
    public static async Task<string> ReadOrCreateAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (text.Length > 0)
                return text;
        }

        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));
        await ServerAccount.Self.WriteFileAsync(path, secret + "\n", cancellationToken);
        return secret;
    }
}
