using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Json;

/// <summary>The native JSON intake, for scripts.</summary>
internal sealed class SamplesApi : IIntakeProtocol
{
    private const string Protocol = "json";

    // About what a sample takes; the columns start with this many places.
    private const int BytesPerSample = 80;

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/api/v1/samples", WriteAsync)
        .WithName("WriteSamples")
        .WithSummary("Takes samples as JSON")
        .WithDescription("What is refused is told by its index in the answer; the others are stored.")
        .DocumentBody("application/json", """
            {"samples":[{"metric":"queue.size","labels":{"component":"ocr"},"time":1790000000000,"value":12.5}]}. time is RFC 3339 or Unix milliseconds,
            without it now; value is a number, "NaN", "+Inf" or "-Inf"; kind (gauge, counter) and unit may be given.
            """, binary: false)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<SamplesAnswer>, ProblemHttpResult>> WriteAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType()) return TypedResults.Problem("Send Content-Type: application/json.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        var encoding = IntakeBody.EncodingOf(context.Request);
        if (encoding is not ("" or "gzip"))
        {
            return TypedResults.Problem("Send Content-Encoding: gzip, or none.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerSample);
        var refusals = new SampleRefusals();
        new SamplesReader(body.Span, request, new KeyBuffer(), refusals).Read();
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return TypedResults.Ok(new SamplesAnswer(request.Accepted, refusals.Listed)
        {
            RejectedTotal = request.Rejections.Total > refusals.Listed.Count ? request.Rejections.Total : null,
        });
    }
}
