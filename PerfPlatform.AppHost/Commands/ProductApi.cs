using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace PerfPlatform.AppHost.Commands;

/// <summary>The product's API as its users call it: behind Web, with the first key.</summary>
internal sealed class ProductApi(EndpointReference web, ReferenceExpression key)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <summary>The key that may do everything.</summary>
    public ReferenceExpression Key => key;

    /// <summary>Where a browser finds a page or a file.</summary>
    public Uri Address(string path) => new(new Uri(web.Url), path);

    public Task<JsonElement> GetAsync(ExecuteCommandContext context, string path) => SendAsync(context, HttpMethod.Get, path, null);

    public Task<JsonElement> PostAsync(ExecuteCommandContext context, string path, object body) => SendAsync(context, HttpMethod.Post, path, body);

    public Task DeleteAsync(ExecuteCommandContext context, string path) => SendAsync(context, HttpMethod.Delete, path, null);

    /// <summary>Asks until the answer is the one waited for, or patience ends: the last answer tells which.</summary>
    public static async Task<T> UntilAsync<T>(ExecuteCommandContext context, TimeSpan patience, Func<Task<T>> ask, Func<T, bool> isIt)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isIt(answer) || TimeProvider.System.GetElapsedTime(start) > patience) return answer;
            await Task.Delay(Between, TimeProvider.System, context.CancellationToken);
        }
    }

    // Errors are problem details whose detail says what to change: that is what the dashboard shows.
    private async Task<JsonElement> SendAsync(ExecuteCommandContext context, HttpMethod method, string path, object? body)
    {
        using var client = context.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var request = new HttpRequestMessage(method, Address(path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await key.GetValueAsync(context.CancellationToken));
        using var response = await client.SendAsync(request, context.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(context.CancellationToken);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{method} {path} answered {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
