namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>One running instance of a resource of the app model.</summary>
/// <param name="Id">The app model's name of the instance.</param>
/// <param name="Name">The resource.</param>
/// <param name="Process">The first of its processes; null while it does not run.</param>
internal sealed record Replica(string Id, string Name, int? Process);
