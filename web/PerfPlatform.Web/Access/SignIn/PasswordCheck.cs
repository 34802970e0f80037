using System.Net;
using Microsoft.AspNetCore.Identity;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>
/// One try at a password. Whoever tries is slowed down by name and address together, so that nobody can shut out another, and by address for all names;
/// a known device has tries of its own. A name that nobody has gets the same answers, after the same time.
/// </summary>
public sealed class PasswordCheck(UserStore users, PasswordTryStore tries, PasswordQueue queue)
{
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(3);

    private readonly User _nobody = users.New("nobody", Guid.NewGuid().ToString(), UserRole.Viewer);

    /// <summary>Tries.</summary>
    public async Task<SignInResult> TryAsync(string name, string password, IPAddress? address, string? device, CancellationToken cancellationToken)
    {
        name = UserRules.NameError(name) is null ? name.ToLowerInvariant() : "";
        var from = "address " + ClientNetwork.Of(address);
        var ofAddress = device is null ? await tries.TakeAsync(from, LockOut.OfAddress, cancellationToken) : null;
        if (ofAddress is { IsTaken: false }) return new SignInResult(SignInOutcome.Locked, RetryAfter: ofAddress.Wait);
        var key = device is null ? $"{from} name {name}" : "device " + device;
        var permit = await tries.TakeAsync(key, LockOut.OfName, cancellationToken);
        if (!permit.IsTaken) return new SignInResult(SignInOutcome.Locked, RetryAfter: permit.Wait);

        var user = await users.FindByNameAsync(name, cancellationToken);
        var known = user ?? _nobody;
        // Longer than any can be: it is not hashed.
        var verified = await queue.VerifyAsync(known, password.Length > UserRules.MaxPassword ? "" : password, cancellationToken);
        if (verified is null)
        {
            await tries.GiveBackAsync(key, permit, cancellationToken);
            if (ofAddress is not null) await tries.GiveBackAsync(from, ofAddress, cancellationToken);
            return new SignInResult(SignInOutcome.Busy, RetryAfter: s_busy);
        }

        if (user is null || verified == PasswordVerificationResult.Failed) return new SignInResult(SignInOutcome.Wrong, RetryAfter: permit.Wait > TimeSpan.Zero ? permit.Wait : null);
        await tries.ForgetAsync(key, permit, cancellationToken);
        if (ofAddress is not null) await tries.GiveBackAsync(from, ofAddress, cancellationToken);
        return new SignInResult(SignInOutcome.Right, user, NeedsRehash: verified == PasswordVerificationResult.SuccessRehashNeeded);
    }
}
