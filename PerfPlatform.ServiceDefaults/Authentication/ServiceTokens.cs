using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Tokens with which services speak to each other: 60 seconds, HMAC-SHA256 under the installation's secret, with user and scopes.</summary>
public sealed class ServiceTokens(InstallationSecret secret, TimeProvider clock)
{
    private const string Issuer = "perfplatform";
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };
    private readonly SymmetricSecurityKey _key = new(secret.TokenKey);

    /// <summary>A token for who is signed in, with their scopes.</summary>
    public string Issue(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Issue(user.FindFirst("sub")?.Value ?? user.Identity?.Name ?? "user", user.FindAll(ScopePolicies.Claim).Select(c => c.Value));
    }

    /// <summary>A token for a subject.</summary>
    public string Issue(string subject, IEnumerable<string> scopes)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            Subject = new ClaimsIdentity([new Claim("sub", subject), .. scopes.Select(s => new Claim(ScopePolicies.Claim, s))]),
            IssuedAt = now,
            NotBefore = now.AddSeconds(-5),
            Expires = now + Lifetime,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    internal async Task<ClaimsIdentity?> ValidateAsync(string token)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Issuer,
            IssuerSigningKey = _key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => notBefore <= now.AddSeconds(5) && expires > now.AddSeconds(-5),
        });
        return result.IsValid ? new ClaimsIdentity(result.ClaimsIdentity.Claims, ApiKeyAuthenticationHandler.SchemeName, "sub", "role") : null;
    }
}
