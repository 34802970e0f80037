using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Computes the hashes of passwords, which is made to be slow: some at a time, some wait, and beyond these nobody does.</summary>
public sealed class PasswordQueue(IPasswordHasher<User> hasher) : IDisposable
{
    /// <summary>How many may wait.</summary>
    public const int Waiting = 32;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = AtATime, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>How many at a time: half of the processors, the others answer everybody else meanwhile.</summary>
    public static int AtATime { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Whether it is the password; null when too many wait.</summary>
    public async Task<PasswordVerificationResult?> VerifyAsync(User user, string password, CancellationToken cancellationToken)
    {
        using var turn = await _limiter.AcquireAsync(1, cancellationToken);
        return turn.IsAcquired ? hasher.VerifyHashedPassword(user, user.PasswordHash, password) : null;
    }

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}
