using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>Tells a gRPC caller in gRPC's form that its key is missing or may not send; everything else is answered as ever.</summary>
internal sealed class OtlpGrpcAuthorization(KeyRing keys) : IAuthorizationMiddlewareResultHandler
{
    private const int RetrySeconds = 2;

    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<OtlpGrpcResult.ErrorForm>() is null)
            return _others.HandleAsync(next, context, policy, authorizeResult);
        return Refusal(context, authorizeResult).ExecuteAsync(context);
    }

    private OtlpGrpcResult Refusal(HttpContext context, PolicyAuthorizationResult result)
    {
        if (result.Forbidden) return OtlpGrpcResult.Error(OtlpAnswer.PermissionDenied, $"The key lacks the scope '{Scopes.Ingest}'.");
        if (keys.IsComplete) return OtlpGrpcResult.Error(OtlpAnswer.Unauthenticated, "Send a valid key in the metadata 'authorization: Bearer <key>' or 'x-api-key: <key>'.");
        context.Response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);
        return OtlpGrpcResult.Error(OtlpAnswer.Unavailable, "The API keys cannot be read now. Try again in a moment.");
    }
}
