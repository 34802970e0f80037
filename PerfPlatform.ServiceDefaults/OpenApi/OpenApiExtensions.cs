using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace PerfPlatform.ServiceDefaults;

internal static class OpenApiExtensions
{
    public static void AddPlatformOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "PerfPlatform",
                Version = "v1",
                Description = "Real-time performance monitoring: intake, queries, analysis, alerts and reports. Errors are RFC 9457 problem details.",
            };
            document.Servers?.Clear();
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key; X-Api-Key is accepted too.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(AddScope);
    });

    public static void MapPlatformOpenApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        endpoints.MapScalarApiReference("/docs", options => options.WithTitle("PerfPlatform API").DisableDefaultFonts());
    }

    private static Task AddScope(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var scopes = context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredScope>().Select(s => s.Scope).Distinct().ToList();
        if (scopes.Count == 0) return Task.CompletedTask;
        operation.Description = string.Join(" ", new[] { operation.Description, $"Scope: {string.Join(", ", scopes)}." }.Where(s => !string.IsNullOrEmpty(s)));
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "No or bad credentials." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = $"The scope {string.Join(" or ", scopes)} is missing." });
        return Task.CompletedTask;
    }
}
