using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace PerfPlatform.Integration.Tests.Telemetry;

/// <summary>The spans that this process would export, with the SDK's own sampler.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly TracerProvider _provider;

    public RecordedSpans() => _provider = Sdk.CreateTracerProviderBuilder()
        .AddSource("PerfPlatform.*", "MassTransit", "Npgsql", "Microsoft.AspNetCore", "System.Net.Http").AddProcessor(new Keeper(_ended)).Build();

    /// <summary>All that ended.</summary>
    public IReadOnlyList<Activity> All => [.. _ended];

    /// <summary>Those of a trace.</summary>
    public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. _ended.Where(span => span.TraceId == trace)];

    public void Dispose() => _provider.Dispose();

    private sealed class Keeper(ConcurrentQueue<Activity> ended) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Recorded) ended.Enqueue(data);
        }
    }
}
