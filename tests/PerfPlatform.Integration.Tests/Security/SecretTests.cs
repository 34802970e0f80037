using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.Integration.Tests.Standalone;
using Xunit;

namespace PerfPlatform.Integration.Tests.Security;

/// <summary>Addresses of others' systems hold tokens: who may only look sees where it goes, and no more.</summary>
public sealed class SecretTests(RunningProduct product) : IClassFixture<RunningProduct>
{
    private const string Address = "https://hooks.example.org:8443/services/T000/B000/token?sig=abc";
    private const string Shown = "https://hooks.example.org:8443/...";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_OfWebhooksAndSchedules_SeesNoTokens_AndAWriterDoes()
    {
        var webhook = await PostAsync("/api/v1/webhooks", new { url = Address });
        var schedule = await PostAsync("/api/v1/reports/schedules", new
        {
            name = "weekly",
            cron = "0 7 * * 1",
            report = new { kind = "performance", from = "now-7d", format = "csv" },
            recipients = new[] { new { kind = "webhook", url = Address } },
        });
        using var reader = await ClientAsync("read");
        using var writer = await ClientAsync("read", "write");
        foreach (var path in new[] { "/api/v1/webhooks", "/api/v1/webhooks/" + webhook, "/api/v1/reports/schedules", "/api/v1/reports/schedules/" + schedule })
        {
            var masked = await reader.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);
            Assert.Contains(Shown, masked, StringComparison.Ordinal);
            Assert.DoesNotContain("token", masked, StringComparison.Ordinal);
            Assert.Contains(Address, await writer.GetStringAsync(new Uri(path, UriKind.Relative), Cancel), StringComparison.Ordinal);
        }
    }

    private async Task<string> PostAsync(string path, object body)
    {
        using var made = await product.Client.PostAsJsonAsync(path, body, Cancel);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancel));
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    private async Task<HttpClient> ClientAsync(params string[] scopes)
    {
        using var made = await product.Client.PostAsJsonAsync("/api/v1/keys", new { name = "looks", scopes }, Cancel);
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = product.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("key").GetString());
        return client;
    }
}
