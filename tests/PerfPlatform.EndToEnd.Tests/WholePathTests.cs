using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.EndToEnd.Tests.Topology;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>A sample's way through the processes: proxy, intake, broker, store, query, live feed, alert, webhook, report.</summary>
public sealed class WholePathTests(DistributedApp app)
{
    [Fact]
    public async Task Sample_ThroughTheProxy_IsQueryableWithin250Ms()
    {
        await app.StartedAsync();
        var metric = Name();
        await SendAsync(metric, 1); // registers the series and warms the path
        await LatestAsync(metric, 1);
        var latencies = new List<double>();
        for (var value = 2; value <= 21; value++)
        {
            await SendAsync(metric, value);
            var acknowledged = TimeProvider.System.GetTimestamp();
            await LatestAsync(metric, value);
            latencies.Add(TimeProvider.System.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        // The median, so that a pause of a busy machine decides nothing.
        Assert.InRange(latencies.Order().ElementAt(latencies.Count / 2), 0, 250);
    }

    [Fact]
    public async Task Live_SampleSent_ArrivesAsAnEvent()
    {
        await app.StartedAsync();
        var metric = Name();
        await SendAsync(metric, 1);
        await LatestAsync(metric, 1);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var stream = await app.Client.GetStreamAsync($"/api/v1/live?metric={metric}", limit.Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("event: snapshot", await reader.ReadLineAsync(limit.Token));
        Assert.Contains("\"value\":1", await reader.ReadLineAsync(limit.Token));
        await SendAsync(metric, 77.5);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("77.5", StringComparison.Ordinal)) return;
        }

        Assert.Fail("The stream ended without the sample.");
    }

    [Fact]
    public async Task Threshold_CrossedAndLeft_SendsSignedWebhooks()
    {
        await app.StartedAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var metric = Name();
        var webhook = await app.Client.PostAsJsonAsync("/api/v1/webhooks", new { url = receiver.Address, secret = WebhookReceiver.Secret, groupWait = "0s", match = new[] { "alertname=End to end " + metric } });
        Assert.True(webhook.IsSuccessStatusCode, await webhook.Content.ReadAsStringAsync());
        var rule = await app.Client.PostAsJsonAsync("/api/v1/alerts/rules", new
        {
            name = "End to end " + metric,
            metric,
            agg = "avg",
            window = "1s",
            condition = ">",
            threshold = 0.8,
            resolveThreshold = 0.75,
            @for = "2s",
            severity = "critical",
            kind = "threshold",
            annotations = new { summary = "too much", recommendation = "less" },
        });
        Assert.True(rule.IsSuccessStatusCode, await rule.Content.ReadAsStringAsync());

        using var sending = new CancellationTokenSource();
        var value = 0.95;
        var sender = SendEverySecondAsync(metric, () => Volatile.Read(ref value), sending.Token);
        var crossed = TimeProvider.System.GetTimestamp();
        var firing = await receiver.NextAsync("alert.firing", TimeSpan.FromSeconds(20));
        var after = TimeProvider.System.GetElapsedTime(crossed) - TimeSpan.FromSeconds(2);
        Assert.InRange(after.TotalSeconds, -0.5, 2);
        Assert.Equal(metric, firing.GetProperty("alerts")[0].GetProperty("name").GetString()!["End to end ".Length..]);
        Volatile.Write(ref value, 0.1);
        var resolved = await receiver.NextAsync("alert.resolved", TimeSpan.FromSeconds(20));
        Assert.Equal("resolved", resolved.GetProperty("alerts")[0].GetProperty("state").GetString());
        await sending.CancelAsync();
        await sender;
    }

    [Fact]
    public async Task Report_Asked_ComesOutOfHangfire()
    {
        await app.StartedAsync();
        using var asked = await app.Client.PostAsJsonAsync("/api/v1/reports", new { kind = "performance", from = "now-1h", to = "now", format = "html" });
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var location = asked.Headers.Location!.ToString();
        await Wait.ForAsync("the report", async () => (await app.Client.GetFromJsonAsync<JsonElement>(location)).GetProperty("status").GetString(), s => s == "done", TimeSpan.FromSeconds(60), app.Logs);
        var html = await app.Client.GetStringAsync(location + "/download");
        Assert.StartsWith("<!doctype html>", html, StringComparison.OrdinalIgnoreCase);
    }

    private static string Name() => "e2e." + Guid.NewGuid().ToString("N");

    private async Task SendEverySecondAsync(string metric, Func<double> value, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await SendAsync(metric, value());
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private Task SendAsync(string metric, double value) =>
        app.Client.PostAsync("/api/v1/samples", new { samples = new[] { new { metric, labels = new { test = "e2e" }, value } } });

    private Task LatestAsync(string metric, double value) => Wait.ForAsync(
        $"{metric} = {value}",
        async () => (await app.Client.GetFromJsonAsync<JsonElement>($"/api/v1/latest?metric={metric}")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("value").GetDouble()).ToList(),
        values => values.Contains(value),
        TimeSpan.FromSeconds(15),
        app.Logs);
}
