using Microsoft.OpenApi;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>What the OpenAPI document says of intake endpoints.</summary>
internal static class IntakeDocumentation
{
    /// <summary>
    /// The body in the document alone. (<c>Accepts</c> would make routing answer 415 before the protocol can say, in its own form, what to send.)
    /// </summary>
    public static RouteHandlerBuilder DocumentBody(this RouteHandlerBuilder endpoint, string mediaType, string description, bool binary) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [mediaType] = new() { Schema = binary ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } : new OpenApiSchema { Type = JsonSchemaType.Object } },
                },
            };
            return Task.CompletedTask;
        });
}
