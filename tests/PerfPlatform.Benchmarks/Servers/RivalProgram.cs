using System.Diagnostics;
using PerfPlatform.TestServers;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>A program of <c>eng/fetch-rivals.sh</c>, running on a free port with a fresh data folder.</summary>
internal sealed class RivalProgram : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RivalProgram(string folder, int port, ChildProcess process) => (Folder, Url, _process) = (folder, new Uri($"http://127.0.0.1:{port}"), process);

    public string Folder { get; }

    public Uri Url { get; }

    public int Id => _process.Id;

    /// <param name="name">The program.</param>
    /// <param name="arguments">Its arguments for a data folder and a port.</param>
    /// <param name="ready">The path that answers 200 when it is ready.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">It has not been fetched, or ended.</exception>
    public static async Task<RivalProgram> StartAsync(string name, Func<string, int, IEnumerable<string>> arguments, string ready, CancellationToken cancellationToken)
    {
        var program = Path.Combine(Environment.GetEnvironmentVariable("PERFPLATFORM_RIVALS") ?? "", "usr/bin", name);
        if (!File.Exists(program)) throw new InvalidOperationException($"{name} has not been fetched: run ./bench.sh, which does it (eng/fetch-rivals.sh), or leave it out with --servers.");
        var (folder, port) = (Directory.CreateTempSubdirectory("perfplatform-bench-").FullName, FreePorts.One());
        var rival = new RivalProgram(folder, port, new ChildProcess(name, new ProcessStartInfo(program, arguments(folder, port))));
        try
        {
            await rival._process.ReadyAsync(new Uri(rival.Url, ready), _ => true, cancellationToken);
            return rival;
        }
        catch
        {
            await rival.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes of the files below folders of the data folder.</summary>
    public long Bytes(params string[] folders) => folders.Select(f => Path.Combine(Folder, f)).Where(Directory.Exists)
        .Sum(folder => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

    /// <summary>Ends it, so that everything is in its files.</summary>
    public ValueTask StopAsync() => _process.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
