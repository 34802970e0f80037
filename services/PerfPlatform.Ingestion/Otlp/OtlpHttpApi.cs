using PerfPlatform.Ingestion.Intake;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>OTLP/HTTP with protobuf or JSON.</summary>
internal sealed class OtlpHttpApi(OtlpIntake otlp, DeltaReading deltas) : IIntakeProtocol
{
    private const string Protocol = "otlp_http";

    // About what a data point with its attributes takes; the columns start with this many places.
    private const int BytesPerPoint = 100;

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/v1/metrics", ExportAsync)
        .WithName("OtlpMetrics")
        .WithMetadata(ForeignProtocol.Instance)
        .WithSummary("Takes metrics by OTLP/HTTP")
        .WithDescription("What is refused is told as partial success; errors are google.rpc.Status. The answer is in the encoding of the request, protobuf or JSON.")
        .DocumentBody(OtlpResult.Protobuf, "An ExportMetricsServiceRequest in protobuf, or as application/json in OTLP's JSON; Content-Encoding gzip, zstd or none.", binary: true)
        .WithMetadata(new OtlpResult.ErrorForm())
        .Produces(StatusCodes.Status200OK, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json)
        .Produces(StatusCodes.Status400BadRequest, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json)
        .Produces(StatusCodes.Status413PayloadTooLarge, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json)
        .Produces(StatusCodes.Status415UnsupportedMediaType, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json)
        .Produces(StatusCodes.Status429TooManyRequests, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json)
        .Produces(StatusCodes.Status503ServiceUnavailable, contentType: OtlpResult.Protobuf, additionalContentTypes: OtlpResult.Json);

    private async Task<IResult> ExportAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        var json = OtlpResult.IsJson(context.Request);
        if (!json && !OtlpResult.Is(context.Request, OtlpResult.Protobuf))
        {
            return OtlpResult.Error(StatusCodes.Status415UnsupportedMediaType, $"Send Content-Type: {OtlpResult.Protobuf} (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf) or {OtlpResult.Json}.");
        }

        var encoding = IntakeBody.EncodingOf(context.Request);
        if (encoding is not ("" or "gzip" or "zstd"))
        {
            return OtlpResult.Error(StatusCodes.Status415UnsupportedMediaType, "Send Content-Encoding: gzip or zstd, or none.");
        }

        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        else if (encoding == "zstd") await body.UnzstdAsync(cancellationToken);
        using var message = json ? body.NewEmpty() : null;
        if (message is not null) OtlpJson.Transcode(body.Span, message);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerPoint);
        await deltas.ReadAsync(request, taking => otlp.Read((message ?? body).Span, taking), cancellationToken);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return OtlpResult.Of(request.Rejections);
    }
}
