using PerfPlatform.Ingestion.Sums;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>
/// Has a request read in which deltas may be. Where there may be several instances of intake the running sums are lent from Redis, and the request is read twice: to see which it needs, and
/// with them. A single instance has them in its own memory.
/// </summary>
internal sealed class DeltaReading(SharedSums? shared = null)
{
    /// <summary>Reads; what is read is of sums that no other request has changed.</summary>
    /// <param name="request">What samples are added to.</param>
    /// <param name="read">Reads the body.</param>
    /// <param name="cancellationToken">Ends the wait for Redis.</param>
    /// <exception cref="Contracts.Samples.SinkUnavailableException">The sums cannot be had or kept now.</exception>
    public async Task ReadAsync(IntakeRequest request, Action<IntakeRequest> read, CancellationToken cancellationToken)
    {
        if (shared is null)
        {
            read(request);
            return;
        }

        var sums = new LentSums();
        read(request.ToAsk(sums));
        var loan = await shared.LendAsync(sums, cancellationToken);
        request.Sums = sums;
        read(request);
        await shared.GiveBackAsync(sums, loan, cancellationToken);
    }
}
