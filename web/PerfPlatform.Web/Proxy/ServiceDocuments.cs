using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PerfPlatform.Web.Proxy;

/// <summary>Merges the OpenAPI documents of the services behind the proxy into this one, so that there is one document for the one address.</summary>
internal sealed partial class ServiceDocuments(IHttpClientFactory clients, ILogger<ServiceDocuments> logger) : IOpenApiDocumentTransformer
{
    public static string Client(string service) => "openapi:" + service;

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(ProxyRoutes.Services.Select(service => LoadAsync(service, cancellationToken)));
        document.Paths ??= [];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var part in parts)
        {
            if (part is null) continue;
            foreach (var (path, item) in part.Paths) document.Paths.TryAdd(path, item);
            foreach (var (name, schema) in part.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>()) document.Components.Schemas.TryAdd(name, schema);
            document.Tags ??= new HashSet<OpenApiTag>();
            document.Tags.UnionWith(part.Tags ?? new HashSet<OpenApiTag>());
        }
    }

    // A service that is away is left out until it is there again.
    private async Task<OpenApiDocument?> LoadAsync(string service, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(Client(service));
            var bytes = await client.GetByteArrayAsync(new Uri("/openapi/v1.json", UriKind.Relative), cancellationToken);
            using var stream = new MemoryStream(bytes);
            return (await OpenApiDocument.LoadAsync(stream, "json", cancellationToken: cancellationToken)).Document;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogMissing(service, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The OpenAPI document of {Service} is left out: {Reason}")]
    private partial void LogMissing(string service, string reason);
}
