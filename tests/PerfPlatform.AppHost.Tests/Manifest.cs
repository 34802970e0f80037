using System.Diagnostics;
using System.Text.Json;
using PerfPlatform.TestServers.Topology;

namespace PerfPlatform.AppHost.Tests;

/// <summary>What the app model publishes, written once to <c>artifacts/manifest.json</c>.</summary>
internal static class Manifest
{
    private static readonly Lazy<Task<string>> Written = new(WriteAsync);

    public static Task<string> TextAsync() => Written.Value;

    public static async Task<JsonElement> ResourceAsync(string name) => JsonSerializer.Deserialize<JsonElement>(await TextAsync()).GetProperty("resources").GetProperty(name);

    private static async Task<string> WriteAsync()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName, "manifest.json");
        var program = Path.Combine(Repository.Root, "PerfPlatform.AppHost/bin", Repository.Configuration, "net10.0/PerfPlatform.AppHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--publisher", "manifest", "--output-path", path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await File.ReadAllTextAsync(path) : throw new InvalidOperationException(await output + await errors);
    }
}
