using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using PerfPlatform.Contracts.Webhooks;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Makes one attempt: a signed POST. Addresses of webhooks can be secrets themselves, so they go into no log and no trace.</summary>
public sealed class DeliverySender(IHttpClientFactory clients, IOptions<AlertingOptions> options, TimeProvider clock)
{
    /// <summary>The name of the HTTP client, which follows no redirects.</summary>
    public const string ClientName = "webhooks";

    private const int MaxResponse = 200;

    // What the receiver says matters less than that it took the message: a body that trickles is not waited for.
    private static readonly TimeSpan s_bodyPatience = TimeSpan.FromSeconds(1);

    /// <summary>Sends; never throws for what the receiver does.</summary>
    public async Task<DeliveryAttempt> SendAsync(WebhookSubscription webhook, string? secret, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        if (secret is null) return new DeliveryAttempt(at, null, 0, "The secret cannot be read: the installation's secret has changed. Set the webhook's secret again.", null);
        if (WebhookValidation.CheckAddress(webhook.Url, options.Value.WebhookAllowedHosts) is { } refused) return new DeliveryAttempt(at, null, 0, refused, null);
        var started = clock.GetTimestamp();
        try
        {
            using var timeout = new CancellationTokenSource(options.Value.WebhookTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
            using var untraced = SuppressInstrumentationScope.Begin();
            using var request = Request(webhook.Url, secret, message, at);
            using var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var elapsed = Elapsed(started);
            var text = await ReadStartAsync(response.Content, cancellationToken);
            return new DeliveryAttempt(at, (int)response.StatusCode, elapsed, response.IsSuccessStatusCode ? null : $"The receiver answered {(int)response.StatusCode}.", text)
            {
                RetryAfter = RetryAfter(response.Headers.RetryAfter, clock.GetUtcNow()),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt(at, null, Elapsed(started), $"The receiver did not answer within {options.Value.WebhookTimeout.TotalSeconds:0.#} s.", null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The innermost message: the outer ones can hold the address.
            return new DeliveryAttempt(at, null, Elapsed(started), $"The receiver could not be reached: {e.GetBaseException().Message}", null);
        }
    }

    private static HttpRequestMessage Request(string url, string secret, OutgoingMessage message, DateTimeOffset at)
    {
        var body = Encoding.UTF8.GetBytes(message.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("PerfPlatform", typeof(DeliverySender).Assembly.GetName().Version?.ToString(3)));
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, body, at.ToUnixTimeSeconds()));
        request.Headers.Add("X-PerfPlatform-Delivery", message.Id.ToString("N", CultureInfo.InvariantCulture));
        request.Headers.Add("X-PerfPlatform-Event", message.Event);
        return request;
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => header?.Delta ?? (header?.Date - now);

    // As much of the answer's start as comes in time: the status has said already what became of the message.
    private async Task<string> ReadStartAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_bodyPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var buffer = new byte[MaxResponse];
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(either.Token);
            int read;
            while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length), either.Token)) > 0) length += read;
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            // What came is enough.
        }

        // PostgreSQL's text has no zero character.
        return Encoding.UTF8.GetString(buffer, 0, length).Replace('\0', ' ');
    }

    private double Elapsed(long started) => clock.GetElapsedTime(started).TotalMilliseconds;
}
