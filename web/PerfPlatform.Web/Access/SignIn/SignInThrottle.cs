using System.Threading.RateLimiting;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>At most 20 wrong sign-ins a minute from one address, whatever the names. Addresses that are quiet for long are forgotten by the limiter.</summary>
public sealed class SignInThrottle : IDisposable
{
    /// <summary>Wrong sign-ins a minute.</summary>
    public const int Limit = 20;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, static _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = Limit,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
            AutoReplenishment = true,
        }));

    /// <summary>Whether the address has failed too often.</summary>
    public bool IsBlocked(string address)
    {
        using var lease = _limiter.AttemptAcquire(address, 0);
        return !lease.IsAcquired;
    }

    /// <summary>Counts a wrong sign-in.</summary>
    public void Count(string address)
    {
        using var lease = _limiter.AttemptAcquire(address);
    }

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}
