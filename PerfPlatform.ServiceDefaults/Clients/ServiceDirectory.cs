using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The other services by their names: what typed clients and the proxy know of their addresses is one and the same.</summary>
public sealed class ServiceDirectory(ServiceEndpointResolver resolver, TimeProvider clock, ILogger<ServiceDirectory> logger)
{
    private readonly ConcurrentDictionary<string, ServiceAddresses> _services = new(StringComparer.OrdinalIgnoreCase); // bounded by the services there are

    internal Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;

    internal ServiceAddresses Of(string service) => _services.GetOrAdd(service, name => new ServiceAddresses(name, resolver, LookUp, clock, logger));
}
