using System.Security.Cryptography;
using Aspire.Hosting.Testing;

namespace PerfPlatform.TestServers.Topology;

/// <summary>The app model of the AppHost for a test: nothing of the developer's is touched, and what has a fixed port takes a free one.</summary>
public static class AppModel
{
    public const string AdministratorPassword = "correct horse battery staple";

    private static readonly string KeySecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <summary>A key with every scope.</summary>
    public static string Key => "pp_apphost_" + KeySecret;

    /// <summary>The model with this machine's own servers.</summary>
    /// <param name="data">Where they keep their data; PostgreSQL's own user must be able to enter it.</param>
    /// <param name="settings">More settings, or others: <c>Infra=containers</c>.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(string data, params string[] settings) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>(
        [
            "Infra=local",
            $"PERFPLATFORM_APPHOST_DATA={data}",
            $"Parameters:secret={Convert.ToBase64String(SHA256.HashData("a test's"u8))}",
            $"Parameters:api-key-secret={KeySecret}",
            $"Parameters:admin-password={AdministratorPassword}",
            "Parameters:server-password=abcdefghijklmnopqrstuv",
            .. settings,
        ]);
}
