using System.Text.Json;
using Microsoft.JSInterop;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.Components.Api;

/// <summary>
/// Calls of the public API from an interactive page. They go out from the browser with its own cookie, so that a page can do no more than its user
/// and works the same whether the service is in this process or behind the proxy.
/// </summary>
public sealed class ApiClient(IJSRuntime browser)
{
    /// <summary>Asks or changes something.</summary>
    public async Task<ApiAnswer<T>> CallAsync<T>(HttpMethod method, string path, object? body = null, CancellationToken cancellationToken = default)
    {
        var json = body is null ? null : JsonSerializer.Serialize(body, PerfPlatformJson.Options);
        var answer = await browser.InvokeAsync<Raw>("perfplatform.call", cancellationToken, method.Method, path, json);
        var value = answer.Detail is null && answer.Body.Length > 0 ? JsonSerializer.Deserialize<T>(answer.Body, PerfPlatformJson.Options) : default;
        return new ApiAnswer<T>(value, answer.Detail);
    }

    /// <summary>Asks.</summary>
    public Task<ApiAnswer<T>> GetAsync<T>(string path, CancellationToken cancellationToken = default) => CallAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    internal sealed record Raw(int Status, string Body, string? Detail);
}

/// <summary>An answer of the API.</summary>
/// <param name="Value">The body, or default where there is none.</param>
/// <param name="Error">What the API said is wrong, or null.</param>
public sealed record ApiAnswer<T>(T? Value, string? Error);
