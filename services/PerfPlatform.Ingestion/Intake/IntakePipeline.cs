using System.Diagnostics;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>What every protocol does before and after its own reading: bounds the body, and makes the samples durable.</summary>
internal sealed partial class IntakePipeline(
    SeriesCache cache, KeyQuotas quotas, IntakeGate gate, ISampleSink sink, StampSource stamps, TimeProvider clock, IOptions<IngestionOptions> options, ILogger<IntakePipeline> logger)
{
    public IngestionOptions Options => options.Value;

    /// <summary>Reads the body of a request.</summary>
    public Task<IntakeBody> ReadBodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        IntakeBody.ReadAsync(context.Request, gate, OptionsOf(context), cancellationToken);

    /// <summary>Starts to take a request in.</summary>
    /// <param name="context">The request, which says who sends.</param>
    /// <param name="expectedSamples">About how many samples will come.</param>
    public IntakeRequest Begin(HttpContext context, int expectedSamples) => Begin(quotas.Of(context), OptionsOf(context), expectedSamples);

    /// <summary>Starts to take samples in that no request brings.</summary>
    /// <param name="quota">What their series count against.</param>
    /// <param name="expectedSamples">About how many samples will come.</param>
    public IntakeRequest Begin(KeyQuota quota, int expectedSamples) => Begin(quota, options.Value, expectedSamples);

    private IntakeRequest Begin(KeyQuota quota, IngestionOptions limits, int expectedSamples) =>
        new(cache, quota, limits, sink.Partitions, clock.GetUtcNow().ToUnixTimeMilliseconds(), expectedSamples);

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
                IntakeTelemetry.Unavailable.Add(1, new KeyValuePair<string, object?>("protocol", protocol));
                throw;
            }
        }

        IntakeTelemetry.Count(protocol, request);
        NoteClock(request);
    }

    // What the key's record says goes before the settings.
    private IngestionOptions OptionsOf(HttpContext context) => context.Features.Get<ApiKeyRecord>() is { } key && (key.MaxSamplesPerRequest ?? key.MaxBodyBytes) is not null
        ? options.Value with { MaxSamplesPerRequest = key.MaxSamplesPerRequest ?? options.Value.MaxSamplesPerRequest, MaxBodyBytes = key.MaxBodyBytes ?? options.Value.MaxBodyBytes }
        : options.Value;

    private void NoteClock(IntakeRequest request)
    {
        if (request.NewestTime is not { } newest) return;
        var sender = request.Sender;
        if (!sender.Clock.Note(newest, request.Now, (long)options.Value.MaxClockSkew.TotalMilliseconds) || sender.Clock.Read() is not { } clock) return;
        LogSkew(logger, sender.Key, Math.Abs(clock.Skew) / 1000, clock.Skew < 0 ? "before" : "after");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The samples of the key {Key} lie {Seconds} s {Side} their receipt: check the sender's clock, or what holds its samples up")]
    private static partial void LogSkew(ILogger logger, string key, long seconds, string side);
}
