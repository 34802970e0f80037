using System.Text;
using System.Text.Json;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>The messages with which OTLP answers, in protobuf and JSON.</summary>
internal static class OtlpAnswer
{
    /// <summary>The codes of google.rpc.Code and of gRPC.</summary>
    public const int Ok = 0, InvalidArgument = 3, PermissionDenied = 7, ResourceExhausted = 8, Unimplemented = 12, Internal = 13, Unavailable = 14, Unauthenticated = 16;

    /// <summary><c>ExportMetricsServiceResponse { ExportMetricsPartialSuccess partial_success = 1 { int64 rejected_data_points = 1; string error_message = 2 } }</c>.</summary>
    public static byte[] Response(Rejections rejections)
    {
        if (rejections.Total == 0) return [];
        List<byte> partial = [0x08];
        Varint(partial, (ulong)rejections.Points);
        Bytes(partial, 0x12, Encoding.UTF8.GetBytes(rejections.ToString()));
        List<byte> response = [];
        Bytes(response, 0x0A, [.. partial]);
        return [.. response];
    }

    /// <summary>The response in JSON; int64 is text there.</summary>
    public static byte[] JsonResponse(Rejections rejections) => rejections.Total == 0
        ? "{}"u8.ToArray()
        : JsonSerializer.SerializeToUtf8Bytes(new { partialSuccess = new { rejectedDataPoints = rejections.Points.ToString(), errorMessage = rejections.ToString() } });

    /// <summary><c>google.rpc.Status { int32 code = 1; string message = 2; repeated Any details = 3 }</c>; where the sender may come again, with RetryInfo.</summary>
    public static byte[] Status(int code, string message, int? retrySeconds = null)
    {
        List<byte> status = [0x08, (byte)code];
        Bytes(status, 0x12, Encoding.UTF8.GetBytes(message));
        if (retrySeconds is not { } seconds) return [.. status];
        // RetryInfo { Duration retry_delay = 1 { int64 seconds = 1 } } in Any { string type_url = 1; bytes value = 2 }
        List<byte> delay = [0x08];
        Varint(delay, (ulong)seconds);
        List<byte> info = [];
        Bytes(info, 0x0A, [.. delay]);
        List<byte> any = [];
        Bytes(any, 0x0A, "type.googleapis.com/google.rpc.RetryInfo"u8.ToArray());
        Bytes(any, 0x12, [.. info]);
        Bytes(status, 0x1A, [.. any]);
        return [.. status];
    }

    /// <summary>The status in JSON.</summary>
    public static byte[] JsonStatus(int code, string message) => JsonSerializer.SerializeToUtf8Bytes(new { code, message });

    /// <summary>The code that stands for a status of HTTP.</summary>
    public static int Code(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status403Forbidden => PermissionDenied,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        >= 500 => Internal,
        _ => InvalidArgument,
    };

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
}
