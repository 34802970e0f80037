using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Benchmarks.Query;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>The platform's own API, the same in both forms.</summary>
internal sealed class PlatformAnswers(Uri url, string key) : IDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(90);
    private readonly SocketsHttpHandler _handler = new();

    public Uri Ask(Question question) => new(url, question.Kind switch
    {
        QuestionKind.Latest => $"/api/v1/latest?metric={question.Metric}&match={Uri.EscapeDataString(question.Match!)}&limit=1000",
        QuestionKind.Raw => $"/api/v1/query?metric={question.Metric}{Match(question)}&from={question.From}&to={question.To}",
        QuestionKind.Steps => $"/api/v1/query?metric={question.Metric}{Match(question)}&from={question.From}&to={question.To}&step={question.Step}ms&agg=avg",
        QuestionKind.Reduced => $"/api/v1/query?metric={question.Metric}{Match(question)}&from={question.From}&to={question.To}&step={question.Step}ms&agg=avg&by=&reduce=sum",
        _ => $"/api/v1/query?metric={question.Metric}{Match(question)}&from={question.From}&to={question.To}&step=1h&agg=count&by=&reduce=sum",
    });

    public static Points Read(Question question, byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        var (count, sum) = (0L, 0.0);
        if (question.Kind == QuestionKind.Latest)
        {
            foreach (var item in json.RootElement.GetProperty("items").EnumerateArray()) (count, sum) = (count + 1, sum + item.GetProperty("value").GetDouble());
            return new Points(count, sum);
        }

        foreach (var value in json.RootElement.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray()))
        {
            if (value.ValueKind == JsonValueKind.Number) (count, sum) = (count + 1, sum + value.GetDouble());
        }

        return new Points(count, sum);
    }

    /// <summary>Waits until everything is in segments and the hours that are over are merged.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        // The number of hours behind is told by what was flushed: a flush and the rest of an hour, then quiet.
        await Task.Delay(TimeSpan.FromSeconds(40), cancellationToken);
        var clock = Stopwatch.StartNew();
        for (var quiet = 0; quiet < 5;)
        {
            if (clock.Elapsed > SettleLimit) throw new TimeoutException($"the compactor was not done within {SettleLimit.TotalMinutes} minutes.");
            using var usage = JsonDocument.Parse(await GetAsync("/api/v1/admin/storage", cancellationToken));
            quiet = usage.RootElement.GetProperty("compaction").GetProperty("hoursBehind").GetInt32() == 0 ? quiet + 1 : 0;
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        }
    }

    /// <summary>What it takes once it has not changed for longer than the minute after which the inbox's free space is looked for.</summary>
    public async Task<long> BytesAtRestAsync(CancellationToken cancellationToken)
    {
        var text = await GetAsync("/api/v1/admin/storage", cancellationToken);
        var clock = Stopwatch.StartNew();
        for (var (same, before) = (Stopwatch.StartNew(), Total(text)); same.Elapsed < Rest && clock.Elapsed < SettleLimit; before = Total(text))
        {
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            text = await GetAsync("/api/v1/admin/storage", cancellationToken);
            if (Total(text) < before) same.Restart();
        }

        using var usage = JsonDocument.Parse(text);
        foreach (var table in usage.RootElement.GetProperty("tables").EnumerateArray())
        {
            Console.WriteLine($"    {table.GetProperty("table").GetString(),-18} {table.GetProperty("totalBytes").GetInt64(),14:n0} bytes");
        }

        return usage.RootElement.GetProperty("totalBytes").GetInt64();
    }

    public void Dispose() => _handler.Dispose();

    private static long Total(string text)
    {
        using var usage = JsonDocument.Parse(text);
        return usage.RootElement.GetProperty("totalBytes").GetInt64();
    }

    private static string Match(Question question) => question.Match is null ? "" : "&match=" + Uri.EscapeDataString(question.Match);

    private async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await invoker.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
