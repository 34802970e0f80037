using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PerfPlatform.Integration.Tests.Reports;

/// <summary>Takes reports' messages and counts them; the first ones fail.</summary>
internal sealed class Recipient : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _told;

    private Recipient(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.Single()), "/hook");

    /// <summary>How many came, those included that were refused.</summary>
    public int Told => Volatile.Read(ref _told);

    public static async Task<Recipient> StartAsync(int failures)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        var app = builder.Build();
        var recipient = new Recipient(app);
        app.MapPost("/hook", () => Interlocked.Increment(ref recipient._told) <= failures ? Results.StatusCode(StatusCodes.Status500InternalServerError) : Results.Ok());
        await app.StartAsync();
        return recipient;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
