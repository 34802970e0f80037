using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PerfPlatform.Integration.Tests.Ingestion.Scrape;

/// <summary>Stands before an exporter, and remembers each page that it gave; or gives a page of the test's own.</summary>
internal sealed class RecordingExporter : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordingExporter(WebApplication app) => _app = app;

    /// <summary>What was asked and given, in order.</summary>
    public ConcurrentQueue<(string Path, string Accept, string? Authorization, string Page)> Given { get; } = new();

    public string Page { get; set; } = "";

    /// <summary>Host and port.</summary>
    public string Target => new Uri(_app.Urls.Single()).Authority;

    /// <summary>Starts; without an exporter behind it gives <see cref="Page"/>.</summary>
    public static async Task<RecordingExporter> StartAsync(Uri? exporter = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddHttpClient();
        var app = builder.Build();
        var recording = new RecordingExporter(app);
        app.Run(context => recording.AnswerAsync(context, exporter));
        await app.StartAsync();
        return recording;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, Uri? exporter)
    {
        var page = Page;
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        if (exporter is not null)
        {
            using var client = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, exporter);
            // As the scraper asks, but for the compression: the exporter chooses the format.
            request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
            using var answer = await client.SendAsync(request, context.RequestAborted);
            page = await answer.Content.ReadAsStringAsync(context.RequestAborted);
            context.Response.ContentType = answer.Content.Headers.ContentType!.ToString();
        }

        Given.Enqueue((context.Request.Path, context.Request.Headers.Accept.ToString(), context.Request.Headers.Authorization, page));
        await context.Response.WriteAsync(page, context.RequestAborted);
    }
}
