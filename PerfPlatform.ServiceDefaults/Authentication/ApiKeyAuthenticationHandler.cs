using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Accepts an API key or a service token, as <c>Authorization: Bearer</c>, <c>Token</c> or the password of <c>Basic</c>, or as <c>X-Api-Key</c>;
/// for WebSockets of a hub also as <c>access_token</c> in the query.
/// </summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys, ServiceTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    internal static string? Credential(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        // As clients of InfluxDB send it.
        if (header.StartsWith("Token ", StringComparison.OrdinalIgnoreCase)) return header[6..].Trim();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && Password(header[6..].Trim()) is { } password) return password;
        if (request.Headers.TryGetValue("X-Api-Key", out var key) && key.Count == 1) return key.ToString();
        if (request.Path.StartsWithSegments("/hub", StringComparison.Ordinal) && request.Query.TryGetValue("access_token", out var token)) return token.ToString();
        return null;
    }

    // Senders that know user names and passwords alone give the key as the password; the name may be any.
    private static string? Password(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || colon == pair.Length - 1 ? null : pair[(colon + 1)..];
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credential = Credential(Request);
        if (string.IsNullOrEmpty(credential)) return AuthenticateResult.NoResult();
        ClaimsIdentity? identity;
        if (credential.StartsWith("pp_", StringComparison.Ordinal))
        {
            var record = await keys.FindAsync(credential, Context.RequestAborted);
            identity = record is null
                ? null
                : new ClaimsIdentity([new Claim("sub", "key:" + record.Name), new Claim("key", record.Id), .. record.Scopes.Select(s => new Claim(ScopePolicies.Claim, s))], SchemeName, "sub", "role");
            if (record is not null) Context.Features.Set(record);
        }
        else
        {
            identity = await tokens.ValidateAsync(credential);
        }

        return identity is null
            ? AuthenticateResult.Fail("The key is not known, was revoked or has expired.")
            : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A sender drops what it gets a 4xx for.
        var unavailable = !keys.IsComplete && Credential(Request)?.StartsWith("pp_", StringComparison.Ordinal) == true;
        Response.StatusCode = unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
        if (unavailable) Response.Headers.RetryAfter = "2";
        else Response.Headers.WWWAuthenticate = "Bearer";
        await WriteProblemAsync(unavailable
            ? "The API keys cannot be read now. Try again in a moment."
            : "Send a valid key as 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'.");
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        var needed = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequiredScope>().Select(s => s.Scope).ToArray() ?? [];
        // A person in a browser has a role and no key.
        var who = Context.User.FindFirst("key") is null ? "Your role" : "The key";
        await WriteProblemAsync(needed.Length == 0 ? $"{who} may not do this." : $"{who} lacks the scope '{string.Join("', '", needed)}'.");
    }

    private async Task WriteProblemAsync(string detail) =>
        await Context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = Context,
            ProblemDetails = { Status = Response.StatusCode, Detail = detail },
        });
}
