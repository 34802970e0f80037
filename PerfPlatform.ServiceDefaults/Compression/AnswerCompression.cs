using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Compresses answers of the API where it pays: text of a kilobyte or more. Only answers to GET: these hold no secret (a key or a secret is shown once, in
/// the answer to POST), so that their length tells nothing to who can make a browser ask with words of his own (BREACH). Pages hold the token of their
/// forms and are sent as they are. What is encoded already, as behind the proxy, or sent piece by piece passes through.
/// </summary>
internal static class AnswerCompression
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || Encoding(context.Request) is not { } encoding)
        {
            await next(context);
            return;
        }

        var plain = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var body = new CompressedBody(context.Response, plain, encoding);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        try
        {
            await next(context);
            await body.FinishAsync();
        }
        finally
        {
            context.Features.Set(plain);
        }
    }

    /// <summary>The stream that compresses into another one.</summary>
    public static Stream Encode(string encoding, Stream target) => encoding == "br"
        ? new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true)
        : new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);

    private static string? Encoding(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Array.Find(["br", "gzip"], name => accepted.Any(a => a.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && a.Quality != 0));
    }
}
