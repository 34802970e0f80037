using System.Buffers.Binary;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// OTLP/gRPC: one unary call, so that it needs no framework. It answers where the server listens for HTTP/2 (without TLS a port of its own).
/// </summary>
internal sealed class OtlpGrpcApi(OtlpIntake otlp, DeltaReading deltas) : IIntakeProtocol
{
    /// <summary>The call's path.</summary>
    public const string Path = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    /// <summary>The message encodings that are read.</summary>
    public const string Encodings = "identity,gzip,zstd";

    private const string Protocol = "otlp_grpc";

    // About what a data point with its attributes takes; the columns start with this many places.
    private const int BytesPerPoint = 100;

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost(Path, ExportAsync)
        .WithName("OtlpGrpcMetrics")
        .WithMetadata(ForeignProtocol.Instance)
        .WithSummary("Takes metrics by OTLP/gRPC")
        .WithMetadata(new OtlpGrpcResult.ErrorForm())
        .ExcludeFromDescription();

    private async Task<IResult> ExportAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        if (!OtlpResult.Is(context.Request, OtlpGrpcResult.MediaType) && !OtlpResult.Is(context.Request, OtlpGrpcResult.MediaType + "+proto"))
            return TypedResults.Problem($"This is a gRPC call: Content-Type {OtlpGrpcResult.MediaType}.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol))
            return TypedResults.Problem("gRPC needs HTTP/2: use the port of OTLP/gRPC, or OTLP/HTTP.", statusCode: StatusCodes.Status426UpgradeRequired);

        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (body.Span.Length < OtlpGrpcResult.PrefixBytes || body.Span[0] > 1
            || BinaryPrimitives.ReadUInt32BigEndian(body.Span[1..]) != body.Span.Length - OtlpGrpcResult.PrefixBytes)
            return OtlpGrpcResult.Error(OtlpAnswer.InvalidArgument, "The call must have exactly one message, complete.");
        var compressed = body.Span[0] == 1;
        body.Skip(OtlpGrpcResult.PrefixBytes);
        var encoding = compressed ? context.Request.Headers["grpc-encoding"].ToString() : "identity";
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        else if (encoding == "zstd") await body.UnzstdAsync(cancellationToken);
        else if (encoding != "identity") return OtlpGrpcResult.Error(OtlpAnswer.Unimplemented, $"The message encoding '{encoding}' is not read; send one of {Encodings}.");

        var request = pipeline.Begin(context, body.Memory.Length / BytesPerPoint);
        await deltas.ReadAsync(request, taking => otlp.Read(body.Span, taking), cancellationToken);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return OtlpGrpcResult.Of(request.Rejections);
    }
}
