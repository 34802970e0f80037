using System.Text.Json;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>Where results go: <c>artifacts/bench</c> of the clone.</summary>
internal static class Artifacts
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Where one of them is to be.</summary>
    public static string File(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench")).FullName, name);

    /// <summary>Writes a result as JSON and says where it is.</summary>
    public static async Task WriteAsync(string name, object result, CancellationToken cancellationToken)
    {
        var file = File(name + ".json");
        await System.IO.File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Json), cancellationToken);
        Console.WriteLine($"\nwritten to {file}");
    }
}
