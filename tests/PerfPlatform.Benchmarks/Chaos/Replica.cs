namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>One running instance of a resource of the app model.</summary>
/// <param name="Id">The app model's name of the instance.</param>
/// <param name="Name">The resource.</param>
/// <param name="Process">The first of its processes; null while it does not run.</param>
/// <param name="HasEnded">Whether it ran, and does not any more.</param>
internal sealed record Replica(string Id, string Name, int? Process, bool HasEnded)
{
    // Kestrel__Endpoints__Http__Url=http://localhost:36021, or ASPNETCORE_URLS=http://localhost:36021
    private static readonly string[] Variables = ["Kestrel__Endpoints__Http__Url=", "ASPNETCORE_URLS="];

    /// <summary>Where it listens itself, behind the app model's proxy; null for a server, and while it does not run.</summary>
    public Uri? Address
    {
        get
        {
            if (Process is not { } process) return null;
            try
            {
                var environment = File.ReadAllText($"/proc/{process}/environ").Split('\0');
                var text = Variables.Select(name => Array.Find(environment, v => v.StartsWith(name, StringComparison.Ordinal))?[name.Length..]).FirstOrDefault(v => v is not null);
                return text is null ? null : new Uri(text.Split(';')[0]);
            }
            catch (IOException)
            {
                // It has just ended.
                return null;
            }
        }
    }
}
