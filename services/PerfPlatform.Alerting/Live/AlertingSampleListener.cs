using System.Diagnostics;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Alerting.Live;

/// <summary>Hands every batch that is durable to the evaluator's queue.</summary>
public sealed class AlertingSampleListener(SampleQueue queue) : ISampleListener
{
    /// <inheritdoc />
    public void OnSamples(SampleBatch batch, ActivityContext trace) => queue.Add(batch, trace);
}
