using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.ServiceDefaults;
using Snappier;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>Prometheus remote write 1.0 and 2.0: a snappy block with a protobuf message, which the content type names.</summary>
internal sealed class RemoteWriteApi(SeriesCache cache) : IIntakeProtocol
{
    private const string Protocol = "remote_write", Protocol2 = "remote_write_2";

    // Snappy's densest element: a copy of 64 bytes takes 3. A length beyond that is a lie, refused before it is allocated.
    private const int DensestCopy = 22;

    // About what a sample with its labels takes; the columns start with this many places.
    private const int BytesPerSample = 100;

    private readonly RemoteWriteIntakes _intakes = new(cache);

    public void Map(IEndpointRouteBuilder intake) => intake.MapPost("/api/v1/write", WriteAsync)
        .WithName("RemoteWrite")
        .WithMetadata(ForeignProtocol.Instance)
        .WithSummary("Takes samples by Prometheus remote write 1.0 or 2.0")
        .WithDescription("When some samples are refused the others are stored, and the answer is 400 with the reasons. Native histograms are stored as classic ones. An answer to 2.0 says in X-Prometheus-Remote-Write-*-Written how much was stored.")
        .DocumentBody("application/x-protobuf", "A snappy block with a protobuf prometheus.WriteRequest, or with proto=io.prometheus.write.v2.Request that of 2.0.", binary: true)
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<Results<NoContent, ProblemHttpResult>> WriteAsync(HttpContext context, IntakePipeline pipeline, CancellationToken cancellationToken)
    {
        if (RemoteWriteContent.Unsupported(context.Request, out var second) is { } wrong) return TypedResults.Problem(wrong, statusCode: StatusCodes.Status415UnsupportedMediaType);
        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        Unsnappy(body);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerSample);
        var written = default(WrittenCounts);
        if (second) written = _intakes.Second.Read(body.Span, request);
        else _intakes.First.Read(body.Span, request);
        await pipeline.CompleteAsync(request, second ? Protocol2 : Protocol, cancellationToken);
        if (second) RemoteWriteContent.Tell(written, context.Response.Headers);
        return request.Rejections.Total == 0
            ? TypedResults.NoContent()
            : TypedResults.Problem($"{request.Accepted} samples are stored. {request.Rejections}.", statusCode: StatusCodes.Status400BadRequest);
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
