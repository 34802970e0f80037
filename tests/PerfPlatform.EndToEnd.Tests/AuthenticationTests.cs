using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

public sealed partial class AuthenticationTests(DistributedApp app)
{
    private static readonly string[] Open = ["/alive", "/health"];

    [Fact]
    public async Task EveryEndpointOfOpenApi_WithoutAKey_Answers401()
    {
        await app.StartedAsync();
        var document = await app.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        using var anonymous = app.CreateClient(null);
        var wrong = new List<string>();
        var seen = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(p => !Open.Contains(p.Name)))
        {
            foreach (var method in path.Value.EnumerateObject().Select(m => m.Name.ToUpperInvariant()).Where(m => m is "GET" or "POST" or "PUT" or "DELETE" or "PATCH"))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(path.Name, "x"));
                if (method is "POST" or "PUT") request.Content = JsonContent.Create(new { });
                using var response = await anonymous.SendAsync(request);
                seen++;
                if (response.StatusCode != HttpStatusCode.Unauthorized) wrong.Add($"{method} {path.Name}: {(int)response.StatusCode}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(seen >= 30, $"The document has only {seen} operations.");
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs")]
    [InlineData("/metrics")]
    public async Task Documents_WithoutAKey_AreNotServed(string path)
    {
        await app.StartedAsync();
        using var anonymous = app.CreateClient(null);
        using var response = await anonymous.GetAsync(path);
        Assert.NotEqual(HttpStatusCode.OK, response.RequestMessage!.RequestUri!.AbsolutePath == path ? response.StatusCode : HttpStatusCode.Unauthorized);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
