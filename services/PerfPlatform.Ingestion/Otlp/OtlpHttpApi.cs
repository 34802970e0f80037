using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>OTLP/HTTP with protobuf.</summary>
internal sealed class OtlpHttpApi : IIntakeProtocol
{
    private const string Protocol = "otlp_http";

    // About what a data point with its attributes takes; the columns start with this many places.
    private const int BytesPerPoint = 100;

    private readonly OtlpIntake _intake = new(new OtlpResources());

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/v1/metrics", ExportAsync)
        .WithName("OtlpMetrics")
        .WithSummary("Takes metrics by OTLP/HTTP")
        .WithDescription("What is refused is told as partial success; errors are google.rpc.Status in protobuf.")
        .DocumentBody(OtlpResult.MediaType, "A protobuf ExportMetricsServiceRequest, gzip or not.", binary: true)
        .WithMetadata(new OtlpResult.ErrorForm())
        .Produces(StatusCodes.Status200OK, contentType: OtlpResult.MediaType)
        .Produces(StatusCodes.Status400BadRequest, contentType: OtlpResult.MediaType)
        .Produces(StatusCodes.Status413PayloadTooLarge, contentType: OtlpResult.MediaType)
        .Produces(StatusCodes.Status415UnsupportedMediaType, contentType: OtlpResult.MediaType)
        .Produces(StatusCodes.Status429TooManyRequests, contentType: OtlpResult.MediaType)
        .Produces(StatusCodes.Status503ServiceUnavailable, contentType: OtlpResult.MediaType);

    private async Task<IResult> ExportAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        var type = context.Request.ContentType ?? "";
        if (!type.StartsWith(OtlpResult.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return OtlpResult.Error(StatusCodes.Status415UnsupportedMediaType, $"Send Content-Type: {OtlpResult.MediaType} (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf).");
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            return OtlpResult.Error(StatusCodes.Status415UnsupportedMediaType, "Send Content-Encoding: gzip, or none.");
        }

        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerPoint);
        _intake.Read(body.Span, request);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return OtlpResult.Of(request.Rejections);
    }
}
