using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>An answer of OTLP/HTTP, in the encoding of the request: protobuf or JSON.</summary>
internal sealed class OtlpResult(int status, Func<byte[]> protobuf, Func<byte[]> json) : IResult
{
    /// <summary>The media type of OTLP/HTTP in binary.</summary>
    public const string Protobuf = "application/x-protobuf";

    /// <summary>The media type of OTLP/HTTP in JSON.</summary>
    public const string Json = "application/json";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var asJson = IsJson(httpContext.Request);
        var message = asJson ? json() : protobuf();
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = asJson ? Json : Protobuf;
        httpContext.Response.ContentLength = message.Length;
        await httpContext.Response.Body.WriteAsync(message, httpContext.RequestAborted);
    }

    /// <summary>Whether a request is in JSON.</summary>
    public static bool IsJson(HttpRequest request) => Is(request, Json);

    /// <summary>Whether a request has a media type, whatever its parameters.</summary>
    public static bool Is(HttpRequest request, string mediaType)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase);
    }

    public static OtlpResult Of(Rejections rejections) =>
        new(StatusCodes.Status200OK, () => OtlpAnswer.Response(rejections), () => OtlpAnswer.JsonResponse(rejections));

    public static OtlpResult Error(int status, string detail) =>
        new(status, () => OtlpAnswer.Status(OtlpAnswer.Code(status), detail), () => OtlpAnswer.JsonStatus(OtlpAnswer.Code(status), detail));

    /// <summary>Errors that stop a whole request, in OTLP's form.</summary>
    internal sealed class ErrorForm : IIntakeErrorForm
    {
        public IResult Of(ProblemHttpResult problem) => Error(problem.StatusCode, problem.ProblemDetails.Detail ?? "");
    }
}
