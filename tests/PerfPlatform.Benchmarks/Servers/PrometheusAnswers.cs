using System.Globalization;
using System.Text.Json;
using PerfPlatform.Benchmarks.Query;

namespace PerfPlatform.Benchmarks.Servers;

/// <summary>The same questions in PromQL, for the two servers that speak it.</summary>
internal sealed class PrometheusAnswers(Uri url, string more)
{
    public Uri Ask(Question question)
    {
        var selector = question.Metric + Matchers(question.Match);
        // PromQL's range ends with its time and begins behind its start, ours begins with its start: a millisecond apart they hold the same samples.
        return question.Kind switch
        {
            QuestionKind.Latest => Instant(selector, question.To - 1),
            QuestionKind.Raw => Instant($"{selector}[{question.To - question.From}ms]", question.To - 1),
            QuestionKind.Steps => Range($"avg_over_time({selector}[{question.Step}ms])", question),
            QuestionKind.Reduced => Range($"sum(avg_over_time({selector}[{question.Step}ms]))", question),
            _ => Instant($"sum(count_over_time({selector}[{question.To - question.From}ms]))", question.To - 1),
        };
    }

    public static Points Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        var (count, sum) = (0L, 0.0);
        foreach (var line in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            if (line.TryGetProperty("value", out var single)) (count, sum) = (count + 1, sum + Number(single));
            else foreach (var point in line.GetProperty("values").EnumerateArray()) (count, sum) = (count + 1, sum + Number(point));
        }

        return new Points(count, sum);
    }

    private static double Number(JsonElement point) => double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture);

    // host~host-00.* is {host=~"host-00.*"}.
    private static string Matchers(string? match) => match is null ? "" : match.IndexOf('~', StringComparison.Ordinal) is > 0 and var tilde
        ? $"{{{match[..tilde]}=~\"{match[(tilde + 1)..]}\"}}"
        : $"{{{match.Replace("=", "=\"", StringComparison.Ordinal)}\"}}";

    private Uri Instant(string query, long time) => new(url, $"/api/v1/query?query={Uri.EscapeDataString(query)}&time={Seconds(time)}{more}");

    private Uri Range(string query, Question question) => new(
        url, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(question.From + question.Step - 1)}&end={Seconds(question.To - 1)}&step={Seconds(question.Step)}{more}");

    private static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture);
}
