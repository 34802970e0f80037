namespace PerfPlatform.ServiceDefaults;

/// <summary>The sessions of people, where people sign in.</summary>
public interface ISessions
{
    /// <summary>The claim with the id of the session: who has it came with a cookie, and with no key.</summary>
    const string Claim = "sid";

    /// <summary>Which of these sessions still stand, by their ids.</summary>
    Task<IReadOnlySet<string>> StandingAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);
}
