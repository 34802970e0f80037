using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Every address of one service: those of the settings (<c>services__analysis__http__0</c>, <c>__1</c>, as Aspire names them), and for a name with several
/// addresses in DNS (replicas in Compose, a headless service in Kubernetes) each of these.
/// </summary>
internal sealed partial class ServiceAddresses(
    string service, ServiceEndpointResolver resolver, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Aside = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookUpTime = TimeSpan.FromSeconds(2);

    private volatile ServiceAddress[] _known = []; // bounded by the settings and by DNS
    private long _freshUntil;
    private uint _turn;

    /// <summary>How often requests may be repeated.</summary>
    public RetryBudget Budget { get; } = new();

    /// <summary>All of them, in the order in which to ask: each time another first, and last those that are set aside.</summary>
    public async ValueTask<IReadOnlyList<ServiceAddress>> InTurnAsync(CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken);
        if (known.Length == 1) return known;
        var (now, pause) = (clock.GetTimestamp(), Ticks(Aside));
        var first = Interlocked.Increment(ref _turn);
        var turned = Enumerable.Range(0, known.Length).Select(i => known[(int)((first + (uint)i) % (uint)known.Length)]).ToList();
        var leader = turned.Find(address => address.TryLead(now, pause));
        return [.. turned.OrderBy(address => address == leader ? 0 : address.IsAside ? 2 : 1)];
    }

    /// <summary>One did not answer: others are asked first for a while.</summary>
    public void SetAside(ServiceAddress address, Exception reason)
    {
        if (address.SetAside(clock.GetTimestamp() + Ticks(Aside))) LogAside(logger, service, address.Uri, reason.Message);
    }

    /// <summary>One answered.</summary>
    public void SetBack(ServiceAddress address)
    {
        if (address.SetBack()) LogBack(logger, service, address.Uri);
    }

    private async ValueTask<ServiceAddress[]> KnownAsync(CancellationToken cancellationToken)
    {
        var (known, now) = (_known, clock.GetTimestamp());
        if (known.Length > 0 && now < Interlocked.Read(ref _freshUntil)) return known;
        // Who comes meanwhile goes on with what is known.
        Interlocked.Exchange(ref _freshUntil, now + Ticks(Fresh));
        var addresses = new List<ServiceAddress>();
        foreach (var endpoint in (await resolver.GetEndpointsAsync("http://" + service, cancellationToken)).Endpoints)
        {
            var uri = UriOf(endpoint.EndPoint);
            var each = await LookUpAsync(uri, cancellationToken);
            // The name's connections go wherever it leads; only where it leads to several places each is an address of its own.
            if (each.Length > 1) addresses.AddRange(each.Select(ip => new ServiceAddress(new UriBuilder(uri) { Host = ip.ToString() }.Uri, uri.Authority)));
            // DNS says nothing now: what it said before.
            else if (each.Length == 0 && known.Where(k => k.Name == uri.Authority).ToList() is { Count: > 0 } before) addresses.AddRange(before);
            else addresses.Add(new ServiceAddress(uri, null));
        }

        return _known = [.. addresses.Select(address => Array.Find(known, k => k.Uri == address.Uri) ?? address).Distinct()];
    }

    // Nothing where there is no name to look up (the machine's own name leads to the machine), or no answer.
    private async Task<IPAddress[]> LookUpAsync(Uri uri, CancellationToken cancellationToken)
    {
        if (uri.IsLoopback || uri.HostNameType != UriHostNameType.Dns) return [];
        try
        {
            return await lookUp(uri.Host, cancellationToken).WaitAsync(LookUpTime, clock, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return [];
        }
    }

    private Uri UriOf(EndPoint endpoint) => endpoint switch
    {
        UriEndPoint uri => uri.Uri,
        IPEndPoint ip => At(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => At(dns.Host, dns.Port),
        _ => throw new InvalidOperationException($"'{endpoint}' is no address of {service}."),
    };

    private static Uri At(string host, int port) => new UriBuilder("http", host, port > 0 ? port : -1).Uri;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} does not answer at {Address}, its other addresses are asked first: {Reason}")]
    private static partial void LogAside(ILogger logger, string service, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Service} answers again at {Address}")]
    private static partial void LogBack(ILogger logger, string service, Uri address);
}
