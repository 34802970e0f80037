using System.Globalization;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.TestServers;

/// <summary>A real Redis for one test process. Every test takes a numbered database of its own; publish and subscribe channels are shared.</summary>
public sealed class RedisFixture : IAsyncDisposable
{
    // As many as the embedded server's configuration has.
    private const int Databases = 1024;

    private TestFolder? _folder;
    private RedisServer? _server;
    private int _taken = -1;

    /// <summary>Of database 0.</summary>
    public string ConnectionString => (_server ?? throw new InvalidOperationException("The fixture has not been started.")).ConnectionString;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _folder = await TestFolder.CreateAsync("redis", cancellationToken);
        _server = new RedisServer(TestPrograms.Options(_folder.Path, durable: false));
        await _server.StartAsync(cancellationToken);
    }

    /// <summary>The connection string of an empty database that no other test has.</summary>
    public string CreateDatabase()
    {
        var number = Interlocked.Increment(ref _taken);
        return number < Databases
            ? ConnectionString + ",defaultDatabase=" + number.ToString(CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"All {Databases} databases are taken: dispose of the fixture and start another.");
    }

    /// <summary>Stops the server; <see cref="ResumeAsync"/> starts it again, empty, at the same address.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default) => await _server!.StopAsync(cancellationToken);

    public async Task ResumeAsync(CancellationToken cancellationToken = default) => await _server!.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder?.Dispose();
    }
}
