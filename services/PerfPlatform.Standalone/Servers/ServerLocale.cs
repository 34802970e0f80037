using System.Diagnostics;

namespace PerfPlatform.Standalone.Servers;

/// <summary>The locale of our children.</summary>
internal static class ServerLocale
{
    /// <summary>
    /// Gives a child the locale that every machine has. Ours may name one that is not installed (an ssh client hands its own on), with which Redis does not start and
    /// PostgreSQL warns; what their data is sorted by is set elsewhere.
    /// </summary>
    public static ProcessStartInfo WithKnownLocale(this ProcessStartInfo start)
    {
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
