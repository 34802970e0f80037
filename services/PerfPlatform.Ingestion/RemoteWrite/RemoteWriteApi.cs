using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using Snappier;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Prometheus remote write 1.0: a snappy block with a protobuf <c>WriteRequest</c>.</summary>
internal sealed class RemoteWriteApi(SeriesCache cache) : IIntakeProtocol
{
    private const string Protocol = "remote_write";

    // Snappy's densest element: a copy of 64 bytes takes 3. A length beyond that is a lie, refused before it is allocated.
    private const int DensestCopy = 22;

    // About what a sample with its labels takes; the columns start with this many places.
    private const int BytesPerSample = 100;

    private readonly RemoteWriteIntake _intake = new(new MetricFamilies(cache));

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/api/v1/write", WriteAsync)
        .WithName("RemoteWrite")
        .WithSummary("Takes samples by Prometheus remote write 1.0")
        .WithDescription("When some samples are refused the others are stored, and the answer is 400 with the reasons.")
        .DocumentBody("application/x-protobuf", "A snappy block with a protobuf prometheus.WriteRequest.", binary: true)
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<Results<NoContent, ProblemHttpResult>> WriteAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        if (Unsupported(context.Request) is { } wrong) return TypedResults.Problem(wrong, statusCode: StatusCodes.Status415UnsupportedMediaType);
        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        Unsnappy(body);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerSample);
        _intake.Read(body.Span, request);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return request.Rejections.Total == 0
            ? TypedResults.NoContent()
            : TypedResults.Problem($"{request.Accepted} samples are stored. {request.Rejections}.", statusCode: StatusCodes.Status400BadRequest);
    }

    private static string? Unsupported(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        if (type.Contains("io.prometheus.write.v2", StringComparison.OrdinalIgnoreCase))
        {
            return "Remote write 2.0 is not taken in yet. Send 1.0: Content-Type application/x-protobuf (in Prometheus protobuf_message: prometheus.WriteRequest).";
        }

        if (!type.StartsWith("application/x-protobuf", StringComparison.OrdinalIgnoreCase)) return "Remote write is Content-Type: application/x-protobuf.";
        return request.Headers.ContentEncoding.ToString().Equals("snappy", StringComparison.OrdinalIgnoreCase) ? null : "Remote write is Content-Encoding: snappy (the block format).";
    }

    private static void Unsnappy(IntakeBody body)
    {
        try
        {
            var length = Snappy.GetUncompressedLength(body.Span);
            if (length > (long)body.Memory.Length * DensestCopy) throw new IntakeFormatException("The body is not a snappy block: it says more bytes than it can hold.");
            body.Unpack(length, static (packed, target) => Snappy.Decompress(packed, target));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new IntakeFormatException("The body is not a snappy block.", e);
        }
    }
}
