using System.Text.Json;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Writes the answer of a range query line by line into the response, so that a million points never lie there as one text.</summary>
internal sealed class RangeAnswer(RangeResult result) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        using var answer = new AnswerWriter(httpContext.Response.BodyWriter, httpContext.RequestAborted);
        await answer.WriteAsync(Opening());
        for (var i = 0; i < result.Series.Count; i++)
        {
            if (i > 0) await answer.WriteAsync(","u8.ToArray());
            await answer.WriteAsync(result.Series[i]);
        }

        await answer.WriteAsync(Closing());
        await answer.FlushAsync();
    }

    private byte[] Opening()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("from"u8, result.From);
            json.WriteString("to"u8, result.To);
            json.WriteNumber("stepMs"u8, result.StepMs);
            json.WriteStartArray("series"u8);
        }

        return text.ToArray();
    }

    private byte[] Closing() =>
    [
        .. "],\"unit\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(result.Unit, PerfPlatformJson.Options), .. ",\"kind\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(result.Kind, PerfPlatformJson.Options),
        .. result.Warnings is null ? [] : (byte[])[.. ",\"warnings\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(result.Warnings, PerfPlatformJson.Options)], (byte)'}',
    ];
}
