using System.Net.Sockets;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>
/// GET an address. Only http and https, at most three redirects, and of the answer only the status is looked at: the body is never read nor shown,
/// so that a probe cannot be used to read what the server can reach and its user cannot.
/// </summary>
public sealed class HttpProbe(IHttpClientFactory clients, TimeProvider clock) : IProbe
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "component-probe";

    /// <summary>The most redirects followed.</summary>
    public const int MostRedirects = 3;

    /// <inheritdoc />
    public ProbeKind Kind => ProbeKind.Http;

    /// <inheritdoc />
    public string? Validate(Probe probe) => probe switch
    {
        { Url: null } => "An http probe needs 'url'.",
        { Url.IsAbsoluteUri: false } => "'url' must be absolute, for example http://web-1:8080/health.",
        { Url.Scheme: not ("http" or "https") } => "'url' must begin with http:// or https://.",
        { Url.UserInfo.Length: > 0 } => "'url' must not hold a user name or password.",
        { ExpectedStatus: < 100 or > 599 } => "'expectedStatus' is from 100 to 599.",
        _ => null,
    };

    /// <inheritdoc />
    public async Task<ProbeResult> CheckAsync(ComponentDefinition definition, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(definition.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.GetAsync(definition.Probe.Url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var latency = clock.GetElapsedTime(started);
            var status = (int)response.StatusCode;
            var expected = definition.Probe.ExpectedStatus is { } wanted ? status == wanted : status is >= 200 and < 300;
            return expected
                ? ProbeResult.Answered(latency, definition.Timeout)
                : ProbeResult.Failed($"The answer was {status}, expected {definition.Probe.ExpectedStatus?.ToString() ?? "2xx"}.", latency);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.Failed($"No answer within {definition.Timeout.TotalMilliseconds:0} ms.");
        }
        catch (HttpRequestException e)
        {
            return ProbeResult.Failed((e.GetBaseException() as SocketException)?.SocketErrorCode is { } code ? $"No connection: {code}." : $"No answer: {e.HttpRequestError}.");
        }
    }
}
