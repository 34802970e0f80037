using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Reads the answers of other services: a 400 is again the <see cref="QueryException"/> that it was over there.</summary>
internal static class ServiceAnswer
{
    public static async Task<T> GetAsync<T>(this HttpClient client, RequestAddress address, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(address.ToUri(), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            throw new QueryException(problem.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "The request was refused.");
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(PerfPlatformJson.Options, cancellationToken) ?? throw new HttpRequestException("The answer was empty.");
    }
}
