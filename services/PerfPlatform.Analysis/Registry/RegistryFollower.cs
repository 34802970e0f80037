using Npgsql;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// Learns the series that other replicas have registered, before a question is answered. Ids are given before the commit that shows them, so those that were the
/// newest half a minute ago are looked at again. Who asks while somebody else is looking waits for the next look.
/// </summary>
internal sealed class RegistryFollower(SeriesRegistry registry, RegistryLoader loader, LeaseKeeper leases, TimeProvider clock) : IDisposable
{
    private const int FirstLookBack = 10_000;
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _looks;
    private long _at;
    private int _floor = -1;
    private int _next;

    /// <summary>Returns when everything that was registered before the call is known. While the database is away: what is known is.</summary>
    public async ValueTask FollowAsync(CancellationToken cancellationToken)
    {
        if (!leases.HasPeers) return;
        var seen = Interlocked.Read(ref _looks);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // A look that began after the call was for it too.
            if (Interlocked.Read(ref _looks) > seen) return;
            Interlocked.Increment(ref _looks);
            if (_floor < 0) (_floor, _next, _at) = (Math.Max(0, registry.MaxId - FirstLookBack), registry.MaxId, clock.GetTimestamp());
            await loader.LoadAfterAsync(_floor, cancellationToken);
            if (clock.GetElapsedTime(_at) < Late) return;
            (_floor, _next, _at) = (_next, registry.MaxId, clock.GetTimestamp());
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The database is away. What it does not answer the question will say.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();
}
