using System.Net.Http.Headers;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Standalone for the tests of a class, started once, and a client with every scope.</summary>
public sealed class RunningProduct : IAsyncLifetime
{
    private StandaloneFolder _folder = null!;
    private StandaloneProcess _process = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await StandaloneFolder.CreateAsync();
        _process = StandaloneProcess.Start(_folder.Path);
        await _process.ReadyAsync();
        Client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = _process.Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
