using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts.Hosts;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>A person with a browser gets a page whatever the address, a program gets problem details, and both the right status.</summary>
public sealed class AddressTests(ServersFixture servers)
{
    // As Chromium sends it.
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_OfNoPageOrOfAnother_IsAPageToABrowserAndAProblemToAProgram()
    {
        await using var host = await WebHost.StartAsync(servers, services: services => services.AddSingleton<IHosts, NoHosts>(), map: app =>
        {
            app.MapGet("/throws", string () => throw new InvalidOperationException("of the inside"));
            app.MapGet("/times-out", string () => throw new TimeoutException());
        });
        using var administrator = await host.AdministratorAsync();
        using var made = await administrator.PostAsJsonAsync("/api/v1/users", new { name = "viewer", password = "what viewers may say" }, Cancel);
        using var viewer = host.Client();
        using var signedIn = await WebHost.SignInAsync(viewer, "viewer", "what viewers may say");

        foreach (var (path, status, text) in new[]
        {
            ("/nope", HttpStatusCode.NotFound, "There is no page at this address."),
            ("/hosts/a/b", HttpStatusCode.NotFound, "There is no page at this address."),
            ("/problem", HttpStatusCode.NotFound, "There is no page at this address."),
            ("/settings", HttpStatusCode.Forbidden, "Your role may not see this page."),
            ("/settings/storage", HttpStatusCode.Forbidden, "Your role may not see this page."),
            ("/throws", HttpStatusCode.InternalServerError, "its log says why"),
            ("/times-out", HttpStatusCode.ServiceUnavailable, "try again in a moment."),
        })
        {
            var page = await ExpectAsync(viewer, HttpMethod.Get, path, Browser, status, "text/html");
            Assert.Contains(text, page, StringComparison.Ordinal);
            // With the way to the other pages, and nothing of the inside.
            Assert.Contains("href=\"/explore\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("of the inside", page, StringComparison.Ordinal);
            if (path != "/problem") await ExpectAsync(viewer, HttpMethod.Get, path, "application/json", status, "application/problem+json");
        }

        // A page for a host that nobody knows says so, and nothing of how that host does.
        var unknown = await ExpectAsync(viewer, HttpMethod.Get, "/hosts/no-such-host", Browser, HttpStatusCode.NotFound, "text/html");
        Assert.Contains("No such host", unknown, StringComparison.Ordinal);
        Assert.DoesNotContain("aria-label=\"Now\"", unknown, StringComparison.Ordinal);

        // A form that is out of date; and one of somebody who is no longer signed in.
        Assert.Contains("out of date", await ExpectAsync(viewer, HttpMethod.Post, "/sign-out", Browser, HttpStatusCode.BadRequest, "text/html"), StringComparison.Ordinal);
        using var stranger = host.Client();
        var refused = await ExpectAsync(stranger, HttpMethod.Post, "/sign-in", Browser, HttpStatusCode.BadRequest, "text/html");
        Assert.Contains("out of date", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/explore\"", refused, StringComparison.Ordinal);
        await ExpectAsync(stranger, HttpMethod.Post, "/sign-out", Browser, HttpStatusCode.Redirect, null);

        // The API answers programs, also where a browser opens it.
        await ExpectAsync(viewer, HttpMethod.Get, "/api/v1/nope", Browser, HttpStatusCode.NotFound, "application/problem+json");
        Assert.Contains("Your role lacks the scope 'admin'.", await ExpectAsync(viewer, HttpMethod.Get, "/api/v1/keys", Browser, HttpStatusCode.Forbidden, "application/problem+json"), StringComparison.Ordinal);
        await ExpectAsync(stranger, HttpMethod.Get, "/api/v1/keys", Browser, HttpStatusCode.Unauthorized, "application/problem+json");
        await ExpectPagesAsync(host, viewer, administrator);
    }

    // Every page there is, by both.
    private static async Task ExpectPagesAsync(WebHost host, HttpClient viewer, HttpClient administrator)
    {
        var pages = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is not null && e.RoutePattern.Parameters.Count == 0)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Distinct().Except(["/problem"]).ToList();
        Assert.InRange(pages.Count, 8, 100);
        foreach (var path in pages)
        {
            await ExpectAsync(administrator, HttpMethod.Get, path, Browser, HttpStatusCode.OK, "text/html");
            await ExpectAsync(viewer, HttpMethod.Get, path, Browser, path.StartsWith("/settings", StringComparison.Ordinal) && path != "/settings/dead-letters" ? HttpStatusCode.Forbidden : HttpStatusCode.OK, "text/html");
        }
    }

    private static async Task<string> ExpectAsync(HttpClient client, HttpMethod method, string path, string accept, HttpStatusCode status, string? type)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd(accept);
        if (method == HttpMethod.Post) request.Content = new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await client.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((status, type) == (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), $"{method} {path} for {accept}: {(int)answer.StatusCode} {answer.Content.Headers.ContentType} {body}");
        return body;
    }

    private sealed class NoHosts : IHosts
    {
        public Task<IReadOnlyList<HostState>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostState>>([]);
    }
}
