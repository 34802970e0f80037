using PerfPlatform.Standalone.Servers;
using PerfPlatform.TestServers;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>A data folder for one test; servers that a killed Standalone left in it are stopped at the end.</summary>
internal sealed class StandaloneFolder : IAsyncDisposable
{
    private readonly TestFolder _folder;

    private StandaloneFolder(TestFolder folder) => _folder = folder;

    // The product makes it: a folder inside of the test's.
    public string Path => System.IO.Path.Combine(_folder.Path, "data");

    public static async Task<StandaloneFolder> CreateAsync() => new(await TestFolder.CreateAsync("one"));

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Path))
        {
            var options = new ServerOptions { Programs = TestPrograms.Programs, DataFolder = Path };
            await new PostgresServer(options).StopAsync(CancellationToken.None);
            await new RedisServer(options).StopAsync(CancellationToken.None);
        }

        _folder.Dispose();
    }
}
