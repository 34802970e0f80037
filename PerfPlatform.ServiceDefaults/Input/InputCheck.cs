using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Refuses what an endpoint does not take, with the field or parameter and what to write, before anything is bound. The one place for every service.</summary>
internal static class InputCheck
{
    // Bodies that a person or a script writes; samples come through intake, which reads them itself.
    private const int MaxBody = 1 << 20;

    private static readonly JsonDocumentOptions s_once = new() { AllowDuplicateProperties = false };

    public static async Task InvokeAsync(HttpContext context, EndpointInputs inputs, RequestDelegate next)
    {
        if (context.GetEndpoint() is { } endpoint && inputs.Of(endpoint, context.Request.Method) is { } input)
        {
            if (input.CheckQuery(context.Request.Query) is { } wrong)
            {
                await Problems.BadRequest(wrong).ExecuteAsync(context);
                return;
            }

            if (input.Body is not null && !await CheckBodyAsync(context, input)) return;
        }

        await next(context);
    }

    /// <summary>What is wrong with JSON, without the names of anything inside.</summary>
    public static string Explain(JsonException error)
    {
        // Only what was bound has a path; its sentence names types.
        if (!string.IsNullOrEmpty(error.Path)) return error.Path == "$" ? "The JSON body cannot be read." : $"The JSON body cannot be read at '{error.Path.Replace("$.", "", StringComparison.Ordinal)}'.";
        // The place follows the sentence: "... LineNumber: 0 | BytePositionInLine: 3."
        var at = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return at < 0 ? "The body is not JSON: " + error.Message : $"The body is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {error.Message[..at]}";
    }

    private static async Task<bool> CheckBodyAsync(HttpContext context, EndpointInput input)
    {
        var request = context.Request;
        if (await ReadAsync(request, context.RequestAborted) is not { } body)
        {
            await Problems.TooLarge($"The body is larger than {MaxBody} bytes.").ExecuteAsync(context);
            return false;
        }

        request.Body = body;
        var wrong = body.Length == 0
            ? input.BodyIsOptional ? null : "The request has no body: send a JSON object with Content-Type: application/json."
            : !request.HasJsonContentType() ? null // 415, as the endpoint answers by itself.
            : Wrong(body.GetBuffer().AsMemory(0, (int)body.Length), input, context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        if (wrong is null) return true;
        await Problems.BadRequest(wrong).ExecuteAsync(context);
        return false;
    }

    private static string? Wrong(ReadOnlyMemory<byte> body, EndpointInput input, JsonSerializerOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(body, s_once);
            return BodyCheck.Find(document.RootElement, input.Body!, input.Shown, options);
        }
        catch (JsonException e)
        {
            return Explain(e);
        }
        catch (InvalidOperationException)
        {
            // A text that is none: what the reader says of it names its inside.
            return "The body is not JSON: an escape of it stands for half a character.";
        }
    }

    private static async Task<MemoryStream?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBody) return null;
        var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > MaxBody) return null;
            body.Write(buffer, 0, read);
        }

        body.Position = 0;
        return body;
    }
}
