using System.Globalization;
using System.Text.Json;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>What the product has stored, as its query API tells it.</summary>
internal static class StoredSeries
{
    /// <summary>The raw samples of every series of a metric, by its name and labels.</summary>
    public static async Task<Dictionary<string, SortedDictionary<long, double>>> ReadAsync(HttpClient reader, string metric, long from, long to)
    {
        using var answer = await reader.GetAsync(new Uri($"api/v1/query?metric={metric}&from={from}&to={to}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        var found = new Dictionary<string, SortedDictionary<long, double>>();
        foreach (var series in document.RootElement.GetProperty("series").EnumerateArray())
        {
            var labels = series.GetProperty("labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!);
            var samples = new SortedDictionary<long, double>();
            foreach (var (time, value) in series.GetProperty("times").EnumerateArray().Zip(series.GetProperty("values").EnumerateArray())) samples.Add(time.GetInt64(), Number(value));
            if (samples.Count > 0) found[Key(metric, labels)] = samples;
        }

        return found;
    }

    /// <summary>
    /// Whether every series of a metric that has a label's value ended: it has samples, and is not among the newest values. (Raw answers leave out the marker
    /// that ends a series.)
    /// </summary>
    public static async Task<bool> HasEndedAsync(HttpClient reader, string metric, string label, long from, long to)
    {
        if (!(await ReadAsync(reader, metric, from, to)).Keys.Any(key => key.Contains(label, StringComparison.Ordinal))) return false;
        using var document = JsonDocument.Parse(await reader.GetStringAsync(new Uri($"api/v1/latest?metric={metric}&match={Uri.EscapeDataString(label)}", UriKind.Relative)));
        return document.RootElement.GetProperty("items").GetArrayLength() == 0;
    }

    /// <summary>A series in one text.</summary>
    public static string Key(string metric, IReadOnlyDictionary<string, string> labels) =>
        metric + "{" + string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")) + "}";

    /// <summary>A number as JSON has it.</summary>
    public static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Number(value.GetString()!);

    /// <summary>A number as text.</summary>
    public static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
