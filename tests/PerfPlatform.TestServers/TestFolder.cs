using System.Globalization;
using PerfPlatform.Standalone;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.TestServers;

/// <summary>A folder for one test process with a short path (sockets lie in it), that every user can enter. Leftovers of killed processes are cleared away.</summary>
public sealed class TestFolder : IDisposable
{
    private const string Prefix = "pp-test-";

    private TestFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes a folder and stops what test processes that are gone left behind.</summary>
    public static async Task<TestFolder> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        await SweepAsync(cancellationToken);
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{name}-{Guid.NewGuid().ToString("N")[..6]}");
        Directory.CreateDirectory(path);
        return new TestFolder(path);
    }

    public void Dispose()
    {
        try
        {
            SmallDisk.Release(Path);
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A server that was told to stop still writes its last file: the next process's sweep takes the rest.
        }
    }

    private static async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Directory.GetDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(path)[Prefix.Length..].Split('-')[0];
            if (Directory.Exists($"/proc/{owner}") || !int.TryParse(owner, CultureInfo.InvariantCulture, out _))
                continue;
            try
            {
                var options = TestPrograms.Options(path, durable: false);
                await new PostgresServer(options).StopAsync(cancellationToken);
                await new RedisServer(options).StopAsync(cancellationToken);
                RabbitMqFixture.KillLeftover(path);
                SmallDisk.Release(path);
                Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartupException)
            {
                // Another user's, or another process is sweeping it at this moment.
            }
        }
    }
}
