using System.Net.Http.Headers;
using System.Text.Json;

namespace PerfPlatform.Benchmarks.Storage;

/// <summary>A series of a running installation with its raw samples.</summary>
internal sealed record RecordedSeries(string Metric, IReadOnlyDictionary<string, string> Labels, long[] Times, double[] Values)
{
    private const long Hour = 3_600_000;

    /// <summary>All series of the last day, up to the last full hour.</summary>
    /// <exception cref="InvalidOperationException">The installation refuses.</exception>
    public static async Task<IReadOnlyList<RecordedSeries>> ReadAsync(Uri url, string key, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        var to = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / Hour * Hour;
        var recorded = new List<RecordedSeries>();
        using var metrics = await GetAsync(invoker, new Uri(url, "/api/v1/metrics?limit=1000"), key, cancellationToken);
        foreach (var metric in metrics.RootElement.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("metric").GetString()!))
        {
            using var answer = await GetAsync(invoker, new Uri(url, $"/api/v1/query?metric={Uri.EscapeDataString(metric)}&from={to - (24 * Hour)}&to={to}"), key, cancellationToken);
            foreach (var series in answer.RootElement.GetProperty("series").EnumerateArray())
            {
                recorded.Add(new RecordedSeries(
                    metric,
                    series.GetProperty("labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!),
                    [.. series.GetProperty("times").EnumerateArray().Select(t => t.GetInt64())],
                    [.. series.GetProperty("values").EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)]));
            }
        }

        return recorded;
    }

    private static async Task<JsonDocument> GetAsync(HttpMessageInvoker invoker, Uri address, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await invoker.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(body) : throw new InvalidOperationException($"{address}: {(int)answer.StatusCode} {body}");
    }
}
