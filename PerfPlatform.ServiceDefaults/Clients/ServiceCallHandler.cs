using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// A call of a service by its name, at any of its addresses. An address that refuses the connection has got nothing, so any request goes on to the next. Where a request
/// may have arrived only one that may be repeated is: questions, without limit to the addresses but within the <see cref="RetryBudget"/>.
/// </summary>
public sealed class ServiceCallHandler(ServiceDirectory services, IHttpContextAccessor http, TimeProvider clock) : DelegatingHandler
{
    private const int MostRepeats = 3;

    // A replica that stands still takes requests all the same. The last address may take all the time there is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a call may take; null: as long as the caller waits.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Whether answers are read to their end here, so that a question whose answer breaks off can be repeated.</summary>
    public bool ReadsWhole { get; init; }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri ?? throw new InvalidOperationException("A request needs an address.");
        var waits = http.HttpContext?.Features.Get<RequestDeadline>()?.Left;
        var deadline = (waits is null || waits > Limit ? Limit : waits) is { } time ? new RequestDeadline(clock, time) : null;
        using var over = new CancellationTokenSource(deadline?.Left ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await AskAsync(request, asked, deadline, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && over.IsCancellationRequested)
        {
            throw new HttpRequestException($"{asked.Host} did not answer in time.", new TimeoutException(e.Message, e));
        }
        finally
        {
            request.RequestUri = asked;
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, Uri asked, RequestDeadline? deadline, CancellationToken cancellationToken)
    {
        var service = services.Of(asked.Host);
        service.Budget.Asked();
        // Where a connection ends without an answer, SocketsHttpHandler asks three times more by itself if nothing of a body went out: outside the budget, and changes too.
        if (!request.Headers.Contains(HeaderNames.Upgrade)) request.Content ??= new ByteArrayContent([]);
        var (addresses, host, repeatable) = (await service.InTurnAsync(cancellationToken), request.Headers.Host, MayRepeat(request));
        for (int turn = 0, repeats = 0; ; turn++)
        {
            var (address, isLast) = (addresses[turn % addresses.Count], turn + 1 >= addresses.Count);
            request.RequestUri = address.Of(asked);
            request.Headers.Host = host ?? address.Name;
            if (deadline is not null)
            {
                request.Headers.Remove(RequestDeadline.Header);
                request.Headers.Add(RequestDeadline.Header, Math.Ceiling(deadline.Left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            }

            try
            {
                var response = await AskOnceAsync(request, repeatable && !isLast ? Patience : Timeout.InfiniteTimeSpan, cancellationToken);
                service.SetBack(address);
                // It cannot now; another may.
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || isLast || !repeatable || !service.Budget.TryRepeat()) return response;
                response.Dispose();
            }
            catch (HttpRequestException e) when (!cancellationToken.IsCancellationRequested)
            {
                service.SetAside(address, e);
                var isUnsent = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
                if (isUnsent && !isLast) continue;
                if (!(isUnsent || repeatable) || repeats == MostRepeats || !service.Budget.TryRepeat()) throw;
                if (isLast) await Task.Delay(Pause * Math.Pow(2, repeats) * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
                repeats++;
            }
        }
    }

    private async Task<HttpResponseMessage> AskOnceAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            if (ReadsWhole) await response.Content.LoadIntoBufferAsync(either.Token);
            return response;
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (e is not OperationCanceledException || cancellationToken.IsCancellationRequested) throw;
            throw time.IsCancellationRequested
                ? new HttpRequestException($"{request.RequestUri?.Authority} did not answer within {patience.TotalSeconds} s.", e)
                : new HttpRequestException(HttpRequestError.ConnectionError, $"No connection to {request.RequestUri?.Authority} came about in time.", e);
        }
    }

    // By RFC 9110; a body that has gone out as a stream is not there any more.
    private static bool MayRepeat(HttpRequestMessage request) =>
        request.Content is null or ByteArrayContent or JsonContent
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete);
}
