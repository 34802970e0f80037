using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>InfluxDB line protocol, at the addresses of versions 1 and 2.</summary>
internal sealed class InfluxApi : IIntakeProtocol
{
    private const string Protocol = "influx";

    // About what a field takes; the columns start with this many places.
    private const int BytesPerSample = 40;

    // Clients add "/write" or "/api/v2/write" to the address they are given, which may be that of the platform or end with /api/v1/influx.
    private static readonly (string Path, string Name)[] Addresses =
    [
        ("/api/v1/influx/write", "WriteInflux"),
        ("/api/v1/influx/api/v2/write", "WriteInfluxV2"),
        ("/write", "WriteInfluxAtRoot"),
        ("/api/v2/write", "WriteInfluxV2AtRoot"),
    ];

    public void Map(IEndpointRouteBuilder intake)
    {
        foreach (var (path, name) in Addresses) Map(intake, path, name);
    }

    private static void Map(IEndpointRouteBuilder intake, string path, string name) => intake.MapPost(path, WriteAsync)
        .WithName(name)
        .WithMetadata(ForeignProtocol.Instance)
        .WithSummary("Takes samples as InfluxDB line protocol")
        .WithDescription("Each numeric field is a series measurement_field, or the measurement where the field is 'value'. When some lines are refused the others are stored, and the answer is 400 with the reasons.")
        .DocumentBody("text/plain", "cpu,host=web-1 usage=0.64,cores=8i 1790000000000000000", binary: true)
        .WithMetadata(new InfluxError.ErrorForm())
        .Produces(StatusCodes.Status204NoContent)
        .Produces<InfluxError>(StatusCodes.Status400BadRequest)
        .Produces<InfluxError>(StatusCodes.Status413PayloadTooLarge)
        .Produces<InfluxError>(StatusCodes.Status415UnsupportedMediaType)
        .Produces<InfluxError>(StatusCodes.Status429TooManyRequests)
        .Produces<InfluxError>(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<NoContent, JsonHttpResult<InfluxError>>> WriteAsync(
        HttpContext context,
        IntakePipeline pipeline,
        [FromQuery, Description("The unit of the times: ns (default), us, u, ms, s, m, h.")] string? precision,
        CancellationToken cancellationToken)
    {
        if (!TimePrecision.TryParse(precision, out var unit)) return InfluxError.Of(StatusCodes.Status400BadRequest, $"invalid precision '{precision}': use ns, us, u, ms, s, m or h");
        var encoding = IntakeBody.EncodingOf(context.Request);
        if (encoding is not ("" or "gzip")) return InfluxError.Of(StatusCodes.Status415UnsupportedMediaType, "send Content-Encoding: gzip, or none");
        using var body = await pipeline.ReadBodyAsync(context, cancellationToken);
        if (encoding == "gzip") await body.GunzipAsync(cancellationToken);
        var request = pipeline.Begin(context, body.Memory.Length / BytesPerSample);
        using var intake = new InfluxIntake(unit);
        intake.Read(body.Span, request);
        await pipeline.CompleteAsync(request, Protocol, cancellationToken);
        return intake.Dropped == 0
            ? TypedResults.NoContent()
            : InfluxError.Of(StatusCodes.Status400BadRequest, $"partial write: {request.Rejections} dropped={intake.Dropped}");
    }
}
