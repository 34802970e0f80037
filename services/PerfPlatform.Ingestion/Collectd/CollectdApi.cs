using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Collectd;

/// <summary>What collectd's plugin write_http sends.</summary>
internal sealed class CollectdApi : IIntakeProtocol
{
    private const string Protocol = "collectd";

    // About what a value list takes; most have one value. The columns start with this many places.
    private const int BytesPerSample = 200;

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/api/v1/collectd", WriteAsync)
        .WithName("WriteCollectd")
        .WithMetadata(ForeignProtocol.Instance)
        .WithSummary("Takes what collectd's write_http sends as JSON")
        .WithDescription("When some values are refused the others are stored, and the answer is 400 with the reasons.")
        .DocumentBody("application/json", """
            [{"values":[0.5],"dstypes":["gauge"],"dsnames":["value"],"time":1790000000.283,"host":"web-1","plugin":"memory","plugin_instance":"","type":"memory","type_instance":"used"}]
            """, binary: false)
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<NoContent, ProblemHttpResult>> WriteAsync(HttpContext context, IntakePipeline pipeline, DeltaReading deltas, CancellationToken cancellationToken)
    {
        // With Format "Command" it sends text/plain.
        if (!context.Request.HasJsonContentType())
        {
            return TypedResults.Problem("Send Content-Type: application/json (in collectd's write_http: Format \"JSON\").", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var encoding = IntakeBody.EncodingOf(context.Request);
        if (encoding is not ("" or "gzip")) return TypedResults.Problem("Send Content-Encoding: gzip, or none.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerSample);
        await deltas.ReadAsync(request, taking => new CollectdIntake().Read(body.Span, taking), cancellationToken);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return request.Rejections.Total == 0
            ? TypedResults.NoContent()
            : TypedResults.Problem($"{request.Accepted} samples are stored. {request.Rejections}.", statusCode: StatusCodes.Status400BadRequest);
    }
}
