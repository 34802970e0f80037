using System.Text.Json;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Writes the answer of a range query line by line into the response, so that a million points never lie there as one text.</summary>
internal sealed class RangeAnswer(RangeResult result) : IResult
{
    private const int FlushBytes = 64 << 10;
    private static readonly LabelSetJsonConverter Labels = new();
    private static readonly NullableDoubleColumnJsonConverter Values = new();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("from", result.From);
        json.WriteString("to", result.To);
        json.WriteNumber("stepMs", result.StepMs);
        json.WriteStartArray("series");
        foreach (var series in result.Series)
        {
            Write(json, series);
            if (json.BytesPending < FlushBytes) continue;
            await json.FlushAsync(httpContext.RequestAborted);
            await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(httpContext.RequestAborted);
        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, RangeSeries series)
    {
        json.WriteStartObject();
        json.WriteString("metric", series.Metric);
        json.WritePropertyName("labels");
        Labels.Write(json, series.Labels, JsonSerializerOptions.Web);
        json.WriteStartArray("times");
        foreach (var time in series.Times) json.WriteNumberValue(time);
        json.WriteEndArray();
        json.WritePropertyName("values");
        Values.Write(json, series.Values, JsonSerializerOptions.Web);
        if (series.Note is not null) json.WriteString("note", series.Note);
        json.WriteEndObject();
    }
}
