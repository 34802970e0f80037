using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using PerfPlatform.Contracts;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>The whole app model with the machine's own servers: a sample goes in through the proxy and comes back by a query.</summary>
public sealed class HappyPathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Sample_SentToTheProxy_ComesBackByAQuery()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>(["Infra=local"], cancellationToken);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            // Else every service waits at its end for telemetry that nobody takes.
            builder.CreateResourceBuilder(project).WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "");
        }

        await using var app = await builder.BuildAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        await app.ResourceNotifications.WaitForResourceHealthyAsync(ResourceNames.Web, cancellationToken).WaitAsync(Patience, cancellationToken);

        var key = "pp_apphost_" + await ((ParameterResource)builder.Resources.Single(r => r.Name == "api-key-secret")).GetValueAsync(cancellationToken);
        using var client = app.CreateHttpClient(ResourceNames.Web, "http");
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var sent = await client.PostAsJsonAsync("/api/v1/samples", new { samples = new[] { new { metric = "apphost.test", labels = new { a = "b" }, value = 42.5 } } }, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var latest = await client.GetFromJsonAsync<JsonElement>("/api/v1/latest?metric=apphost.test", deadline.Token);
            if (latest.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("value").GetDouble() == 42.5)) return;
            await Task.Delay(200, deadline.Token);
        }
    }
}
