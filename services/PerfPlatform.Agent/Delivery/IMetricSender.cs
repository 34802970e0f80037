using PerfPlatform.Agent.Buffer;

namespace PerfPlatform.Agent.Delivery;

/// <summary>Brings requests to the server.</summary>
internal interface IMetricSender
{
    /// <summary>Sends the requests as one. Never throws but when stopped.</summary>
    Task<SendOutcome> SendAsync(IReadOnlyList<BufferedRequest> requests, CancellationToken stop);
}
