using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>An answer in protobuf, as OTLP/HTTP wants it.</summary>
internal sealed class OtlpResult(int status, byte[] message) : IResult
{
    /// <summary>The media type of OTLP/HTTP in binary.</summary>
    public const string MediaType = "application/x-protobuf";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = MediaType;
        httpContext.Response.ContentLength = message.Length;
        await httpContext.Response.Body.WriteAsync(message, httpContext.RequestAborted);
    }

    /// <summary><c>ExportMetricsServiceResponse { ExportMetricsPartialSuccess partial_success = 1 { int64 rejected_data_points = 1; string error_message = 2 } }</c>.</summary>
    public static OtlpResult Of(Rejections rejections)
    {
        if (rejections.Total == 0) return new OtlpResult(StatusCodes.Status200OK, []);
        List<byte> partial = [0x08];
        Varint(partial, (ulong)rejections.Total);
        Bytes(partial, 0x12, Encoding.UTF8.GetBytes(rejections.ToString()));
        List<byte> response = [];
        Bytes(response, 0x0A, [.. partial]);
        return new OtlpResult(StatusCodes.Status200OK, [.. response]);
    }

    /// <summary><c>google.rpc.Status { int32 code = 1; string message = 2 }</c>.</summary>
    public static OtlpResult Error(int status, string detail)
    {
        // INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE
        byte code = status switch { StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8, >= 500 => 14, _ => 3 };
        List<byte> message = [0x08, code];
        Bytes(message, 0x12, Encoding.UTF8.GetBytes(detail));
        return new OtlpResult(status, [.. message]);
    }

    private static void Bytes(List<byte> target, byte tag, byte[] bytes)
    {
        target.Add(tag);
        Varint(target, (ulong)bytes.Length);
        target.AddRange(bytes);
    }

    private static void Varint(List<byte> target, ulong value)
    {
        for (; value >= 0x80; value >>= 7) target.Add((byte)(value | 0x80));
        target.Add((byte)value);
    }

    /// <summary>Errors that stop a whole request, in OTLP's form.</summary>
    internal sealed class ErrorForm : IIntakeErrorForm
    {
        public IResult Of(ProblemHttpResult problem) => Error(problem.StatusCode, problem.ProblemDetails.Detail ?? "");
    }
}
