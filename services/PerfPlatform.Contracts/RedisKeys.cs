namespace PerfPlatform.Contracts;

/// <summary>The keys in Redis whose contents are nowhere else. A backup takes them; whatever else is there is made again from the database.</summary>
public static class RedisKeys
{
    /// <summary>The scrape targets of the API: a hash.</summary>
    public const string ScrapeTargets = "perfplatform:scrape:targets";

    /// <summary>All of them; each is a hash.</summary>
    public static IReadOnlyList<string> Kept { get; } = [ScrapeTargets];
}
