using Microsoft.AspNetCore.Identity;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.SignIn;
using Xunit;

namespace PerfPlatform.Tests.Web;

public sealed class PasswordQueueTests
{
    private static readonly User s_user = new() { Id = Guid.NewGuid(), Name = "eve", PasswordHash = "", Role = UserRole.Viewer, Stamp = Guid.NewGuid(), CreatedAt = default };

    [Fact]
    public async Task Verify_MoreThanMayWait_AreNotLookedAt_AndTheOthersOneAfterTheOther()
    {
        using var hasher = new HeldHasher();
        using var queue = new PasswordQueue(hasher);
        var most = PasswordQueue.AtATime + PasswordQueue.Waiting;
        // A hash holds its thread.
        var working = Enumerable.Range(0, PasswordQueue.AtATime).Select(_ => Task.Run(() => queue.VerifyAsync(s_user, "x", TestContext.Current.CancellationToken))).ToList();
        for (var i = 0; i < PasswordQueue.AtATime; i++) await hasher.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var waiting = Enumerable.Range(0, PasswordQueue.Waiting).Select(_ => queue.VerifyAsync(s_user, "x", TestContext.Current.CancellationToken)).ToList();
        Assert.Null(await queue.VerifyAsync(s_user, "x", TestContext.Current.CancellationToken));
        hasher.LetGo();
        Assert.All(await Task.WhenAll(working.Concat(waiting)), result => Assert.Equal(PasswordVerificationResult.Success, result));
        Assert.Equal(most, hasher.Hashed);
        Assert.InRange(hasher.MostAtOnce, 1, PasswordQueue.AtATime);
    }

    private sealed class HeldHasher : IPasswordHasher<User>, IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private int _now;
        private int _hashed;
        private int _most;

        public SemaphoreSlim Begun { get; } = new(0);

        public int Hashed => _hashed;

        public int MostAtOnce => _most;

        public void LetGo() => _go.Set();

        public string HashPassword(User user, string password) => "";

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            InterlockedMax(ref _most, Interlocked.Increment(ref _now));
            Begun.Release();
            _go.Wait(TestContext.Current.CancellationToken);
            Interlocked.Increment(ref _hashed);
            Interlocked.Decrement(ref _now);
            return PasswordVerificationResult.Success;
        }

        public void Dispose()
        {
            _go.Dispose();
            Begun.Dispose();
        }

        private static void InterlockedMax(ref int target, int value)
        {
            for (var seen = target; value > seen; seen = target)
            {
                if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
            }
        }
    }
}
