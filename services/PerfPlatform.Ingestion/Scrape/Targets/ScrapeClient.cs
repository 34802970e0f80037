using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Scrape.Exposition;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Fetches pages of metrics.</summary>
internal sealed class ScrapeClient(IHttpClientFactory clients, IntakeGate gate, IOptions<IngestionOptions> options, TimeProvider clock)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "scrape";

    // As Prometheus asks: OpenMetrics first, then its own text.
    private const string Accept =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    /// <summary>Fetches a target's page.</summary>
    /// <exception cref="ScrapeException">There is none that can be read.</exception>
    /// <exception cref="IntakeBusyException">Intake has no room for it now.</exception>
    public async Task<ScrapePage> FetchAsync(ScrapeTarget target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(target.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Url);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", target.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        if (target.Authorization is { } authorization) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK) throw new ScrapeException($"the answer was {(int)response.StatusCode}, not 200");
            return await ReadAsync(response, target, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ScrapeException($"no page within {DurationText.Format(target.Timeout)}");
        }
        catch (HttpRequestException e)
        {
            throw new ScrapeException((e.GetBaseException() as SocketException)?.SocketErrorCode is { } code ? $"no connection: {code}" : $"no answer: {e.HttpRequestError}", e);
        }
        catch (IOException e)
        {
            throw new ScrapeException("the page broke off", e);
        }
    }

    private async Task<ScrapePage> ReadAsync(HttpResponseMessage response, ScrapeTarget target, CancellationToken cancellationToken)
    {
        var limits = options.Value with { MaxBodyBytes = target.MaxBodyBytes, MaxDecompressedBytes = target.MaxBodyBytes };
        IntakeBody? body = null;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            body = await IntakeBody.ReadAsync(stream, response.Content.Headers.ContentLength, gate, limits, cancellationToken);
            var encoding = string.Join(',', response.Content.Headers.ContentEncoding);
            if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
            else if (encoding is not ("" or "identity")) throw new ScrapeException($"the page is encoded with {encoding}, which was not asked for");
            var page = new ScrapePage(body, FormatOf(response), response.Content.Headers.ContentType?.MediaType);
            body = null;
            return page;
        }
        catch (IntakeTooLargeException)
        {
            throw new ScrapeException($"the page is larger than {target.MaxBodyBytes} bytes; raise maxBodyBytes if that is right");
        }
        catch (IntakeFormatException e)
        {
            throw new ScrapeException(e.Message, e);
        }
        finally
        {
            body?.Dispose();
        }
    }

    private static ExpositionFormat FormatOf(HttpResponseMessage response) =>
        string.Equals(response.Content.Headers.ContentType?.MediaType, "application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            ? ExpositionFormat.OpenMetrics
            : ExpositionFormat.Text;
}
