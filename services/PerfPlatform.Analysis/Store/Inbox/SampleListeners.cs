using System.Diagnostics;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>Everyone in the process who wants to see durable batches. Resolved at the first batch, so that a listener may itself need the store.</summary>
internal sealed partial class SampleListeners(IServiceProvider services, ILogger<SampleListeners> logger)
{
    private ISampleListener[]? _listeners;

    public void Tell(SampleBatch batch, ActivityContext trace)
    {
        foreach (var listener in _listeners ??= [.. services.GetServices<ISampleListener>()])
        {
            try
            {
                listener.OnSamples(batch, trace);
            }
            catch (Exception e)
            {
                // The batch is durable and answered: a listener's fault is its own.
                LogFailed(logger, listener.GetType().Name, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Listener} failed on a batch")]
    private static partial void LogFailed(ILogger logger, string listener, Exception exception);
}
