using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Checks names and passwords, slows down those who guess, and notes each try in the audit log.</summary>
public sealed class SignInService(
    IDbContextFactory<AccessDbContext> contexts, UserStore users, IPasswordHasher<User> hasher, SignInThrottle throttle, AuditLog audit, TimeProvider time)
{
    // Checked when the name is unknown, so that the answer takes as long as for a known one.
    private readonly User _nobody = users.New("nobody", Guid.NewGuid().ToString(), UserRole.Viewer);

    /// <summary>Checks a name and password that came from an address.</summary>
    public async Task<SignInResult> SignInAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        if (throttle.IsBlocked(address)) return new SignInResult(null, TimeSpan.FromMinutes(1));
        if (UserRules.NameError(name) is not null || password.Length > UserRules.MaxPassword) return Wrong(address);
        var user = await users.FindByNameAsync(name, cancellationToken);
        var now = time.GetUtcNow();
        if (user?.LockedUntil > now) return new SignInResult(null, user.LockedUntil - now);
        var verified = hasher.VerifyHashedPassword(user ?? _nobody, (user ?? _nobody).PasswordHash, password);
        if (user is null || verified == PasswordVerificationResult.Failed) return await FailedAsync(user, name, address, cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hash = verified == PasswordVerificationResult.SuccessRehashNeeded ? hasher.HashPassword(user, password) : user.PasswordHash;
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.FailedSignIns, 0)
            .SetProperty(u => u.LockedUntil, (DateTimeOffset?)null)
            .SetProperty(u => u.LastSignInAt, (DateTimeOffset?)now)
            .SetProperty(u => u.PasswordHash, hash), cancellationToken);
        await audit.AppendAsync(user.Name, "user.signed-in", user.Name, null, address, cancellationToken);
        return new SignInResult(user, null);
    }

    private SignInResult Wrong(string address)
    {
        throttle.Count(address);
        return SignInResult.Wrong;
    }

    private async Task<SignInResult> FailedAsync(User? user, string name, string address, CancellationToken cancellationToken)
    {
        throttle.Count(address);
        await audit.AppendAsync("anonymous", "user.sign-in-failed", user?.Name ?? name, null, address, cancellationToken);
        if (user is null) return SignInResult.Wrong;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Counted in the database, so that tries at the same time and at several replicas all count.
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.FailedSignIns, u => u.FailedSignIns + 1), cancellationToken);
        var failures = await db.Users.Where(u => u.Id == user.Id).Select(u => u.FailedSignIns).FirstOrDefaultAsync(cancellationToken);
        var wait = LockOut.After(failures);
        var until = time.GetUtcNow() + wait;
        if (wait > TimeSpan.Zero) await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockedUntil, (DateTimeOffset?)until), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return wait > TimeSpan.Zero ? new SignInResult(null, wait) : SignInResult.Wrong;
    }
}
