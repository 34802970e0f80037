using System.Diagnostics;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>What every protocol does before and after its own reading: bounds the body, and makes the samples durable.</summary>
internal sealed class IntakePipeline(
    SeriesCache cache, KeyQuotas quotas, IntakeGate gate, ISampleSink sink, StampSource stamps, TimeProvider clock, IOptions<IngestionOptions> options)
{
    public IngestionOptions Options => options.Value;

    /// <summary>Reads the body of a request.</summary>
    public Task<IntakeBody> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        IntakeBody.ReadAsync(context.Request, gate, options.Value, cancellationToken);

    /// <summary>Starts to take a request in.</summary>
    /// <param name="context">The request, which says who sends.</param>
    /// <param name="expectedSamples">About how many samples will come.</param>
    public IntakeRequest Begin(HttpContext context, int expectedSamples) => Begin(quotas.Of(context), expectedSamples);

    /// <summary>Starts to take samples in that no request brings.</summary>
    /// <param name="quota">What their series count against.</param>
    /// <param name="expectedSamples">About how many samples will come.</param>
    public IntakeRequest Begin(KeyQuota quota, int expectedSamples) =>
        new(cache, quota, options.Value, sink.Partitions, clock.GetUtcNow().ToUnixTimeMilliseconds(), expectedSamples);

    /// <summary>Returns when everything that was accepted is durable.</summary>
    /// <exception cref="SinkUnavailableException">It could not be made durable.</exception>
    public async Task CompleteAsync(IntakeRequest request, string protocol, CancellationToken cancellationToken)
    {
        using var activity = IngestionTelemetry.Source.StartActivity("intake");
        activity?.SetTag("perfplatform.protocol", protocol);
        activity?.SetTag("perfplatform.samples.accepted", request.Accepted);
        activity?.SetTag("perfplatform.samples.rejected", request.Rejections.Total);
        if (request.Accepted > 0)
        {
            try
            {
                await sink.WriteAsync(request.Build(stamps), cancellationToken);
            }
            catch (SinkUnavailableException e)
            {
                activity?.SetStatus(ActivityStatusCode.Error, e.Message);
                IngestionTelemetry.Unavailable.Add(1, new KeyValuePair<string, object?>("protocol", protocol));
                throw;
            }
        }

        IngestionTelemetry.Count(protocol, request);
    }
}
