using System.Net.Http.Headers;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>The product as a user starts it, and the real node exporter beside it.</summary>
internal sealed class ProductWithExporter : IAsyncDisposable
{
    private readonly StandaloneFolder _folder;
    private readonly StandaloneProcess _product;
    private readonly SocketsHttpHandler _handler = new();

    private ProductWithExporter(StandaloneFolder folder)
    {
        (_folder, _product) = (folder, StandaloneProcess.Start(folder.Path));
        Client = new HttpClient(_handler, disposeHandler: false);
        Reader = new HttpClient(_handler, disposeHandler: false) { BaseAddress = _product.Address };
        Reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);
    }

    public Uri Address => _product.Address;

    /// <summary>Asks anybody.</summary>
    public HttpClient Client { get; }

    /// <summary>Asks the product, with its key.</summary>
    public HttpClient Reader { get; }

    public InstalledProgram Exporter { get; private set; } = null!;

    /// <summary>A folder beside the product's.</summary>
    public string Beside => Path.GetDirectoryName(_folder.Path)!;

    public static async Task<ProductWithExporter> StartAsync()
    {
        var started = new ProductWithExporter(await StandaloneFolder.CreateAsync());
        try
        {
            await started._product.ReadyAsync();
            var port = FreePorts.One();
            started.Exporter = await InstalledProgram.StartAsync("prometheus-node-exporter", port, "", started.Client, $"--web.listen-address=127.0.0.1:{port}");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Exporter is not null) await Exporter.DisposeAsync();
        Client.Dispose();
        Reader.Dispose();
        _handler.Dispose();
        await _product.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
