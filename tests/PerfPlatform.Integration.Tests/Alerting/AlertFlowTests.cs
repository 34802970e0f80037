using System.Text.Json;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>From a sample over the threshold to the signed webhook, and what is kept through a restart.</summary>
public sealed class AlertFlowTests(ServersFixture servers)
{
    private const string Secret = "a-secret-of-the-test-0123456789";
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    [Fact]
    public async Task Webhook_ThresholdCrossedForLongEnough_ComesSignedWithinTwoSecondsAndAgainWhenOver()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret, match = new[] { "host.name=web-1" } });
        await alerting.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "2s"));
        var value = 0.9;
        using var end = new CancellationTokenSource();
        var sending = alerting.SendUntilAsync("test.load", s_host, () => value, end.Token);

        var firing = await receiver.WaitForAsync(r => r.Event == "alert.firing");
        var alert = firing.Json.GetProperty("alerts")[0];
        var pendingSince = alert.GetProperty("pendingSince").GetDateTimeOffset();
        Assert.InRange((firing.At - pendingSince).TotalSeconds, 2, 4);
        Assert.True(WebhookReceiver.IsSigned(firing, Secret));
        Assert.False(WebhookReceiver.IsSigned(firing, "another-secret-0123456789"));
        Assert.Equal(firing.Delivery, firing.Json.GetProperty("deliveryId").GetString());
        Assert.Equal("web-1 is at 90 %", alert.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.StartsWith("/explore?metric=test.load&match=host.name%3Dweb-1&from=", alert.GetProperty("links").GetProperty("chart").GetString());

        value = 0.1;
        var resolved = await receiver.WaitForAsync(r => r.Event == "alert.resolved");
        Assert.True(WebhookReceiver.IsSigned(resolved, Secret));
        Assert.Equal(alert.GetProperty("id").GetString(), resolved.Json.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.NotEqual(firing.Delivery, resolved.Delivery);
        await end.CancelAsync();
        await sending;
        Assert.Equal(2, receiver.Requests.Count);
    }

    [Fact]
    public async Task Restart_WhileFiring_GoesOnWithTheSameAlertAndTellsNobodyTwice()
    {
        await using var database = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var samples = new RecordedSamples();
        await using var receiver = await WebhookReceiver.StartAsync();
        JsonElement before;
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples))
        {
            await first.ReadyAsync();
            await first.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret });
            await first.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "0s"));
            first.Send("test.load", s_host, 0.9);
            before = await first.WaitForAlertAsync("firing");
            await receiver.WaitForAsync(r => r.Event == "alert.firing");
        }

        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples);
        await second.ReadyAsync();
        var after = await second.WaitForAlertAsync("firing");
        Assert.Equal(before.GetProperty("id").GetString(), after.GetProperty("id").GetString());
        using var end = new CancellationTokenSource();
        var sending = second.SendUntilAsync("test.load", s_host, () => 0.1, end.Token);
        var resolved = await receiver.WaitForAsync(r => r.Event == "alert.resolved");
        await end.CancelAsync();
        await sending;
        Assert.Equal(before.GetProperty("id").GetString(), resolved.Json.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.Single(receiver.Requests, r => r.Event == "alert.firing");
    }

    [Fact]
    public async Task Restart_WhatIsAbsent_FiresOnUntilASampleComes()
    {
        await using var database = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var samples = new RecordedSamples();
        await using var receiver = await WebhookReceiver.StartAsync();
        JsonElement before;
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples))
        {
            await first.ReadyAsync();
            await first.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
            await first.PostAsync("/api/v1/alerts/rules", new { name = "Silent", kind = "absent", metric = "test.load", by = new[] { "host.name" }, window = "1s" });
            first.Send("test.load", s_host, 1);
            before = await first.WaitForAlertAsync("firing");
            await receiver.WaitForAsync(r => r.Event == "alert.firing");
        }

        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples);
        await second.ReadyAsync();
        await second.EvaluateForAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(before.GetProperty("id").GetString(), (await second.WaitForAlertAsync("firing")).GetProperty("id").GetString());
        using var end = new CancellationTokenSource();
        var sending = second.SendUntilAsync("test.load", s_host, () => 1, end.Token); // one sample would be absent again before it is told
        var resolved = await receiver.WaitForAsync(r => r.Event == "alert.resolved");
        await end.CancelAsync();
        await sending;
        Assert.Equal(before.GetProperty("id").GetString(), resolved.Json.GetProperty("alerts")[0].GetProperty("id").GetString());
        Assert.Equal(["alert.firing", "alert.resolved"], receiver.Requests.Take(2).Select(r => r.Event));
    }

    [Fact]
    public async Task Webhook_FiredAndOverBeforeAnyoneLooked_TellsBoth()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await alerting.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "0s"));
        await alerting.EvaluateForAsync(TimeSpan.FromSeconds(4));

        // What a host sends that was offline for a while.
        var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 3500;
        alerting.SendBuffered("test.load", s_host, (from, 0.1), (from + 1000, 0.9), (from + 2000, 0.9), (from + 3000, 0.1));
        var firing = await receiver.WaitForAsync(r => r.Event == "alert.firing");
        var resolved = await receiver.WaitForAsync(r => r.Event == "alert.resolved");
        var (fired, over) = (firing.Json.GetProperty("alerts")[0], resolved.Json.GetProperty("alerts")[0]);
        Assert.Equal(fired.GetProperty("id").GetString(), over.GetProperty("id").GetString());
        Assert.Equal(("firing", "resolved"), (fired.GetProperty("state").GetString(), over.GetProperty("state").GetString()));
        Assert.InRange((over.GetProperty("resolvedAt").GetDateTimeOffset() - fired.GetProperty("firingSince").GetDateTimeOffset()).TotalSeconds, 1.9, 2.1);
    }

    [Fact]
    public async Task Restart_WhilePending_KeepsSinceWhen()
    {
        await using var database = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var samples = new RecordedSamples();
        JsonElement before;
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples))
        {
            await first.ReadyAsync();
            await first.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "4s"));
            first.Send("test.load", s_host, 0.9);
            before = await first.WaitForAlertAsync("pending");
        }

        await using var second = await AlertingProcess.StartAsync(database.ConnectionString, redis, samples);
        using var end = new CancellationTokenSource();
        var sending = second.SendUntilAsync("test.load", s_host, () => 0.9, end.Token);
        await second.ReadyAsync();
        var firing = await second.WaitForAlertAsync("firing");
        await end.CancelAsync();
        await sending;
        Assert.Equal(before.GetProperty("id").GetString(), firing.GetProperty("id").GetString());
        Assert.Equal(before.GetProperty("pendingSince").GetDateTimeOffset(), firing.GetProperty("pendingSince").GetDateTimeOffset());
    }

    [Fact]
    public async Task Webhook_AlertSilenced_IsToldAfterTheSilence()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        var silence = await alerting.PostAsync("/api/v1/alerts/silences", new { matchers = new[] { "host.name=web-1" }, endsAt = TimeProvider.System.GetUtcNow().AddHours(1), comment = "maintenance" });
        await alerting.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "0s"));
        alerting.Send("test.load", s_host, 0.9);
        var alert = await alerting.WaitForAlertAsync("firing");
        Assert.Equal(silence.GetProperty("id").GetString(), alert.GetProperty("silencedBy")[0].GetString());
        Assert.Empty(receiver.Requests);

        var removed = await alerting.SendAsync(HttpMethod.Delete, $"/api/v1/alerts/silences/{silence.GetProperty("id").GetString()}", null);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, removed.StatusCode);
        await receiver.WaitForAsync(r => r.Event == "alert.firing");
    }

    [Fact]
    public async Task Acknowledge_FiringAlert_SaysWhoAndWhyAndStays()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/alerts/rules", Rule(holdFor: "0s"));
        alerting.Send("test.load", s_host, 0.9);
        var alert = await alerting.WaitForAlertAsync("firing");
        await alerting.PostAsync($"/api/v1/alerts/{alert.GetProperty("id").GetString()}/ack", new { comment = "on it" });
        alerting.Send("test.load", s_host, 0.1);
        var over = await alerting.WaitForAlertAsync("resolved");
        Assert.Equal("tester", over.GetProperty("acknowledged").GetProperty("by").GetString());
        Assert.Equal("on it", over.GetProperty("acknowledged").GetProperty("comment").GetString());
    }

    private static object Rule(string holdFor) => new
    {
        name = "High load",
        metric = "test.load",
        agg = "last",
        window = "10s",
        condition = ">",
        threshold = 0.8,
        resolveThreshold = 0.5,
        @for = holdFor,
        annotations = new { summary = "{{labels.host.name}} is at {{value:percent}}", recommendation = "Do something." },
    };
}
