using Microsoft.Extensions.Options;
using PerfPlatform.Contracts;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>
/// Registers PerfPlatform's services that run in other processes: those named in the settings and those that service discovery has an address of
/// (<c>services__ingestion__http__0</c>, as Aspire sets it). In one process there are none.
/// </summary>
public sealed class OwnServices(ComponentRegistry registry, IConfiguration configuration, IOptions<HealthOptions> options, TimeProvider clock) : IHostedService
{
    private static readonly string[] Known = [ResourceNames.Ingestion, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web];

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var services = options.Value.Services.ToDictionary(s => s.Key, s => s.Value);
        foreach (var name in Known.Where(name => configuration.GetSection("services:" + name).GetChildren().Any()))
            services.TryAdd(name, new Uri($"{(configuration.GetSection($"services:{name}:http").Exists() ? "http" : "https")}://{name}/health"));
        foreach (var (name, url) in services)
        {
            var definition = new ComponentDefinition { Probe = new Probe { Kind = ProbeKind.Http, Url = url }, Interval = options.Value.SelfInterval };
            registry.TryAdd(new WatchedComponent(name, definition, clock.GetUtcNow()) { IsOwn = true });
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
