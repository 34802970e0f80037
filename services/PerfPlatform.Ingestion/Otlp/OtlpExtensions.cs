using Microsoft.AspNetCore.Authorization;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>What the transports of OTLP share.</summary>
internal static class OtlpExtensions
{
    /// <summary>One reader for every transport, so that the resources, and in a single instance the running sums of deltas, are one.</summary>
    public static void AddOtlp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OtlpResources>();
        builder.Services.AddSingleton<OtlpIntake>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, OtlpGrpcAuthorization>();
    }
}
