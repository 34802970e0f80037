using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Knows what each endpoint takes: what its documentation says, so that nothing is taken that is not documented.</summary>
public sealed class EndpointInputs(IApiDescriptionGroupCollectionProvider descriptions)
{
    // Bounded by the endpoints.
    private readonly ConditionalWeakTable<Endpoint, EndpointInput> _known = [];

    /// <summary>What an endpoint takes; null when it is not documented, or speaks a protocol that is not ours.</summary>
    public EndpointInput? Of(Endpoint endpoint, string method)
    {
        if (_known.TryGetValue(endpoint, out var known)) return known;
        if (endpoint is not RouteEndpoint route || endpoint.Metadata.GetMetadata<ForeignProtocol>() is not null) return null;
        var path = route.RoutePattern.RawText?.TrimStart('/');
        var description = descriptions.ApiDescriptionGroups.Items.SelectMany(g => g.Items).FirstOrDefault(d => d.RelativePath == path && HttpMethods.Equals(d.HttpMethod ?? "", method));
        return description is null ? null : _known.GetValue(endpoint, _ => Read(description, endpoint, method));
    }

    private static EndpointInput Read(ApiDescription description, Endpoint endpoint, string method)
    {
        var parameters = description.ParameterDescriptions.Where(p => p.Source == BindingSource.Query)
            .Select(p => new EndpointParameter(p.Name, p.ParameterDescriptor?.ParameterType ?? p.Type, p.IsRequired)).ToList();
        // Forms and texts are read by their endpoints.
        var body = endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { } accepts && accepts.ContentTypes.Any(t => t.Contains("json", StringComparison.OrdinalIgnoreCase)) ? accepts : null;
        var shown = HttpMethods.IsPut(method)
            ? endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().FirstOrDefault(p => p.StatusCode is StatusCodes.Status200OK or StatusCodes.Status201Created)?.Type
            : null;
        return new EndpointInput(parameters, body?.RequestType, body?.IsOptional ?? true, shown);
    }
}
