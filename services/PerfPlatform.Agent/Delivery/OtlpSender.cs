using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using PerfPlatform.Agent.Buffer;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Delivery;

/// <summary>OTLP over HTTP: protobuf, gzip, one request at a time.</summary>
internal sealed class OtlpSender : IMetricSender, IDisposable
{
    // Enough for any answer worth reading; the rest is not.
    private const int MaxAnswer = 64 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly Func<string?> _apiKey;
    private readonly TimeProvider _clock;
    private readonly MemoryStream _body = new();

    /// <param name="endpoint">Of the server; /v1/metrics is added.</param>
    /// <param name="apiKey">Asked for each request, so that a key file may change.</param>
    /// <param name="version">For the User-Agent.</param>
    /// <param name="clock">For Retry-After given as a date.</param>
    public OtlpSender(Uri endpoint, Func<string?> apiKey, string version, TimeProvider clock)
    {
        (_apiKey, _clock) = (apiKey, clock);
        _address = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/metrics");
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 1,
            // A server that moved is found again by its name.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            UseCookies = false,
        })
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("perfplatform-agent", version));
    }

    public async Task<SendOutcome> SendAsync(IReadOnlyList<BufferedRequest> requests, CancellationToken stop)
    {
        Pack(requests);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Content = new ByteArrayContent(_body.GetBuffer(), 0, (int)_body.Length);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("gzip");
        if (_apiKey() is { Length: > 0 } key)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        try
        {
            using var response = await _http.SendAsync(request, stop);
            var answer = await response.Content.ReadAsByteArrayAsync(stop);
            return Read(response, answer);
        }
        catch (HttpRequestException e)
        {
            return new SendOutcome(SendResult.TryLater, Message: e.InnerException?.Message ?? e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new SendOutcome(SendResult.TryLater, Message: $"no answer in {Timeout.TotalSeconds:0} s");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _body.Dispose();
    }

    private void Pack(IReadOnlyList<BufferedRequest> requests)
    {
        _body.SetLength(0);
        // A large backlog must not stay in memory for ever.
        if (_body.Capacity > 1024 * 1024)
            _body.Capacity = 0;
        using var gzip = new GZipStream(_body, CompressionLevel.Fastest, leaveOpen: true);
        foreach (var request in requests)
            gzip.Write(request.Bytes.Span);
    }

    private SendOutcome Read(HttpResponseMessage response, byte[] answer)
    {
        var status = response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            var said = ExportResponse.Parse(answer);
            return new SendOutcome(SendResult.Delivered, RejectedPoints: said.RejectedPoints, Message: said.Message);
        }

        var message = $"{(int)status} {response.ReasonPhrase}{Detail(response, answer)}";
        return status switch
        {
            HttpStatusCode.RequestEntityTooLarge => new SendOutcome(SendResult.TooLarge, Message: message),
            // A key that is not known yet, or a path that a proxy does not serve yet, is no reason to throw samples away.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                => new SendOutcome(SendResult.TryLater, RetryAfter(response), Message: message),
            >= HttpStatusCode.InternalServerError or < HttpStatusCode.BadRequest => new SendOutcome(SendResult.TryLater, RetryAfter(response), Message: message),
            _ => new SendOutcome(SendResult.Refused, Message: message),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - _clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    // The first 300 characters of a text answer: problem details say what to change.
    private static string Detail(HttpResponseMessage response, byte[] answer)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (answer.Length == 0 || !type.Contains("json", StringComparison.Ordinal) && !type.StartsWith("text/", StringComparison.Ordinal))
            return "";
        var text = System.Text.Encoding.UTF8.GetString(answer, 0, Math.Min(answer.Length, 300));
        return ": " + text.ReplaceLineEndings(" ");
    }
}
