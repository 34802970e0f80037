using System.Buffers.Binary;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>An answer of a unary gRPC call: a message and trailers, or for an error headers alone.</summary>
internal sealed class OtlpGrpcResult(int code, string detail, byte[]? message) : IResult
{
    /// <summary>The media type of gRPC with protobuf.</summary>
    public const string MediaType = "application/grpc";

    /// <summary>A flag for compression and the message's length, big-endian.</summary>
    public const int PrefixBytes = 5;

    private const string StatusName = "grpc-status";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        var status = code.ToString(CultureInfo.InvariantCulture);
        if (message is null)
        {
            response.Headers[StatusName] = status;
            response.Headers["grpc-message"] = Uri.EscapeDataString(detail);
            response.Headers["grpc-accept-encoding"] = OtlpGrpcApi.Encodings;
            // Without it a client takes "resource exhausted" for the end.
            var retry = int.TryParse(response.Headers.RetryAfter, CultureInfo.InvariantCulture, out var seconds) ? seconds : (int?)null;
            if (retry is not null) response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(OtlpAnswer.Status(code, detail, retry)).TrimEnd('=');
            return;
        }

        var framed = new byte[PrefixBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, PrefixBytes);
        await response.Body.WriteAsync(framed, httpContext.RequestAborted);
        response.AppendTrailer(StatusName, status);
    }

    public static OtlpGrpcResult Of(Rejections rejections) => new(OtlpAnswer.Ok, "", OtlpAnswer.Response(rejections));

    public static OtlpGrpcResult Error(int code, string detail) => new(code, detail, null);

    /// <summary>Errors that stop a whole request, in gRPC's form; it also marks the endpoint for <see cref="OtlpGrpcAuthorization"/>.</summary>
    internal sealed class ErrorForm : IIntakeErrorForm
    {
        public IResult Of(ProblemHttpResult problem) => Error(OtlpAnswer.Code(problem.StatusCode), problem.ProblemDetails.Detail ?? "");
    }
}
