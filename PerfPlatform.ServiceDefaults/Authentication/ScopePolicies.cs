using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The scope that an endpoint asks for, as metadata: authorization, OpenAPI and error texts read it.</summary>
/// <param name="Scope">One of <see cref="Scopes"/>.</param>
public sealed record RequiredScope(string Scope);

/// <summary>One authorization policy for each scope.</summary>
public static class ScopePolicies
{
    /// <summary>The claim that carries a scope.</summary>
    public const string Claim = "scope";

    /// <summary>The endpoint, or every endpoint of the group, needs a scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope) where TBuilder : IEndpointConventionBuilder
    {
        builder.RequireAuthorization(Policy(scope));
        builder.WithMetadata(new RequiredScope(scope));
        return builder;
    }

    /// <summary>The name of a scope's policy, for <c>[Authorize(Policy = ...)]</c>.</summary>
    public static string Policy(string scope) => "scope:" + scope;

    /// <summary>Whether somebody may change what they see.</summary>
    public static bool MayWrite(this ClaimsPrincipal user) => user.HasClaim(Claim, Scopes.Write) || user.HasClaim(Claim, Scopes.Admin);

    internal static void Add(AuthorizationOptions options)
    {
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        foreach (var scope in Scopes.All) options.AddPolicy(Policy(scope), policy => policy.RequireAuthenticatedUser().RequireClaim(Claim, scope));
    }
}
