using Microsoft.Extensions.Options;
using PerfPlatform.Ingestion.Scrape.Coordination;
using PerfPlatform.Ingestion.Scrape.Targets;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Scrape;

/// <summary>Scraping: pages of metrics that intake fetches itself.</summary>
internal static class ScrapeModule
{
    // Prometheus follows redirects too; the handler takes the credentials off before it does.
    private const int MostRedirects = 3;

    public static IHostApplicationBuilder AddScrape(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ScrapeOptions>().BindConfiguration(ScrapeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScrapeOptions>, ScrapeOptionsValidator>();
        services.AddHttpClient(ScrapeClient.ClientName, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan; // Each target has its own.
                client.DefaultRequestHeaders.UserAgent.ParseAdd("PerfPlatform-scrape");
            })
            .ConfigurePrimaryHttpMessageHandler(provider =>
            {
                var handler = provider.GetRequiredService<OutboundConnection>().Handler();
                (handler.AllowAutoRedirect, handler.MaxAutomaticRedirections) = (true, MostRedirects);
                return handler;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddSingleton<ScrapeClient>();
        services.AddSingleton<ScrapeTools>();
        services.AddSingleton<ScrapeTargets>();
        services.AddSingleton<ScrapeTargetStore>();
        services.AddSingleton<ScrapeSupervisor>();
        services.AddBackground<ScrapeSupervisor>();
        return builder;
    }
}
