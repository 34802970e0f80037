using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Alerting.Webhooks.Formats;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>Deliveries to receivers that fail, are gone or are dead.</summary>
public sealed class WebhookDeliveryTests(ServersFixture servers)
{
    private const string Secret = "a-secret-of-the-test-0123456789";
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    [Fact]
    public async Task Delivery_ReceiverFailsTwice_IsTriedAgainUntilTakenAndEveryAttemptIsLogged()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = number => number < 2 ? 500 : 204;
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret });
        await FireAsync(alerting);

        await Wait.ForAsync("the third attempt", () => receiver.Requests.Count >= 3);
        Assert.Single(receiver.Requests.Select(r => r.Delivery).Distinct());
        Assert.All(receiver.Requests, r => Assert.True(WebhookReceiver.IsSigned(r, Secret)));
        var delivery = await DeliveryAsync(alerting, webhook, d => d.GetProperty("status").GetString() == "delivered");
        Assert.Equal([500, 500, 204], delivery.GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("statusCode").GetInt32()));
        Assert.Equal("noted", delivery.GetProperty("attempts")[0].GetProperty("response").GetString());
    }

    // A worker that is woken before the one before has ended must not sleep until it looks by itself: with 1,000 in a row that shows.
    [Fact]
    public async Task Delivery_ManyMessagesOfOneRule_ComeInOrderOneStraightAfterTheOther()
    {
        const int Messages = 1000;
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = Guid.Parse((await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret })).GetProperty("id").GetString()!);
        var now = TimeProvider.System.GetUtcNow();
        List<OutgoingMessage> messages =
            [.. Enumerable.Range(0, Messages).Select(i => new OutgoingMessage(Guid.CreateVersion7(), webhook, new AlertGroup("many", "Many"), "alert.firing", $"{i}", now.AddMicroseconds(i), now.AddHours(1)))];
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            foreach (var message in messages) await DeliveryOutbox.AddAsync(connection, transaction, message, TestContext.Current.CancellationToken);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        alerting.Services.GetRequiredService<DeliverySignal>().Set();
        await Wait.ForAsync("all messages are sent", () => receiver.Requests.Count >= Messages);
        Assert.Equal(messages.Select(m => m.Body), receiver.Requests.Select(r => r.Body));
    }

    [Fact]
    public async Task Delivery_ProcessRestartsWhileReceiverFails_IsDeliveredByTheNext()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 503;
        await using (var first = await StartAsync(database.ConnectionString))
        {
            await first.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret });
            await FireAsync(first);
            await receiver.WaitForAsync(_ => true);
        }

        var before = receiver.Requests.Count;
        receiver.Answer = _ => 200;
        await using var second = await StartAsync(database.ConnectionString);
        await Wait.ForAsync("the next process delivers", () => receiver.Requests.Count > before);
        Assert.Equal(receiver.Requests[0].Delivery, receiver.Requests[^1].Delivery);
        Assert.True(WebhookReceiver.IsSigned(receiver.Requests[^1], Secret));
    }

    [Fact]
    public async Task Delivery_ReceiverAsksToWait_IsLeftAlone()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 429;
        receiver.RetryAfter = "3600";
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await FireAsync(alerting);
        var delivery = await DeliveryAsync(alerting, webhook, d => d.GetProperty("attempts").GetArrayLength() == 1);
        Assert.Equal("pending", delivery.GetProperty("status").GetString());
        Assert.True(delivery.GetProperty("nextAttemptAt").GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddMinutes(59));
    }

    [Fact]
    public async Task Delivery_Refused_IsFinalAndWhatComesAfterIsSent()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = number => number == 0 ? 400 : 200;
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await FireAsync(alerting);
        await DeliveryAsync(alerting, webhook, d => d.GetProperty("status").GetString() == "failed");
        alerting.Send("test.load", s_host, 0.1);
        var over = await receiver.WaitForAsync(r => r.Event == "alert.resolved");
        Assert.NotEqual(receiver.Requests[0].Delivery, over.Delivery);
    }

    [Fact]
    public async Task Delivery_AnswersBodyTrickles_IsDelivered()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Trickles = true;
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        var delivery = await alerting.PostAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}/test", new { });
        Assert.Equal("delivered", delivery.GetProperty("status").GetString());
        Assert.StartsWith("noted", delivery.GetProperty("attempts")[0].GetProperty("response").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    public async Task Delivery_AddressOfAMetadataService_IsRefused(string url)
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url });
        var delivery = await alerting.PostAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}/test", new { });
        Assert.Equal("failed", delivery.GetProperty("status").GetString());
        Assert.Contains("not connected to", delivery.GetProperty("attempts")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_ForReaders_AreWithoutTheReceiversAnswer()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var path = $"/api/v1/webhooks/{(await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url })).GetProperty("id").GetString()}";
        await alerting.PostAsync($"{path}/test", new { });
        foreach (var (scope, shown) in new[] { ("read", false), ("write", true) })
        {
            using var answer = await alerting.SendAsync(HttpMethod.Get, $"{path}/deliveries", null, "read", scope);
            Assert.Equal(shown, (await answer.Content.ReadAsStringAsync()).Contains("noted", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Remove_WhileAlertsFire_TellsTheOthers()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        await FireAsync(alerting);
        await alerting.WaitForAlertAsync("firing");
        // The planner looks at each new one; many are gone before it has written.
        for (var i = 0; i < 100; i++)
        {
            var gone = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
            await alerting.SendAsync(HttpMethod.Delete, $"/api/v1/webhooks/{gone.GetProperty("id").GetString()}", null);
        }

        var stays = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await DeliveryAsync(alerting, stays, d => d.GetProperty("status").GetString() == "delivered");
    }

    [Fact]
    public async Task Change_WhileAlertsFire_WhoWasToldIsToldThatTheyAreOver()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, severities = new[] { "warning" } });
        await FireAsync(alerting);
        await receiver.WaitForAsync(r => r.Event == "alert.firing");
        await alerting.PutAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}", new { url = receiver.Url, severities = new[] { "critical" } });
        alerting.Send("test.load", s_host, 0.1);
        await receiver.WaitForAsync(r => r.Event == "alert.resolved");
    }

    [Fact]
    public async Task Rules_OfOneName_AreGroupsOfTheirOwn()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, format = "alertmanager" });
        await FireAsync(alerting);
        await receiver.WaitForAsync(_ => true);
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.other", agg = "last", window = "1m", threshold = 0.8 });
        alerting.Send("test.other", s_host, 0.9);
        // In one group it would wait for the interval of five minutes.
        await Wait.ForAsync("the second rule tells", () => receiver.Requests.Count >= 2);
        Assert.Equal(2, receiver.Requests.Select(r => r.Json.GetProperty("groupKey").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Delivery_ReceiverGone_SwitchesTheWebhookOff()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 410;
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await FireAsync(alerting);
        await DeliveryAsync(alerting, webhook, d => d.GetProperty("status").GetString() == "failed");

        var path = $"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}";
        await Wait.ForAsync("the webhook is off", async () => !(await alerting.GetAsync(path)).GetProperty("enabled").GetBoolean());
        Assert.Contains("410", (await alerting.GetAsync(path)).GetProperty("disabledReason").GetString(), StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task Delivery_AnotherReceiverIsDead_IsNotDelayed()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        // An address of the documentation net: nobody answers there.
        await alerting.PostAsync("/api/v1/webhooks", new { url = "http://192.0.2.1:9/" });
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await FireAsync(alerting);
        var alert = await alerting.WaitForAlertAsync("firing");
        var request = await receiver.WaitForAsync(r => r.Event == "alert.firing");
        Assert.InRange((request.At - alert.GetProperty("firingSince").GetDateTimeOffset()).TotalSeconds, -0.1, 5);
    }

    [Theory]
    [InlineData("perfplatform", "event", "test")]
    [InlineData("alertmanager", "version", "4")]
    [InlineData("slack", "text", "Test message from PerfPlatform")]
    public async Task Test_Format_SaysWhatTheReceiverAnswered(string format, string property, string expected)
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret, format });
        var delivery = await alerting.PostAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}/test", new { });
        Assert.Equal("delivered", delivery.GetProperty("status").GetString());
        var request = Assert.Single(receiver.Requests);
        Assert.Equal("test", request.Event);
        Assert.Equal(expected, request.Json.GetProperty(property).GetString());
        Assert.True(WebhookReceiver.IsSigned(request, Secret));
    }

    [Fact]
    public async Task Resend_OfADeliveryThatFailed_SendsItOnceMoreWithItsId()
    {
        await using var database = await servers.DatabaseAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = number => number == 0 ? 500 : 204;
        await using var alerting = await StartAsync(database.ConnectionString);
        var webhook = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret });
        var path = $"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}";
        var failed = await alerting.PostAsync($"{path}/test", new { });
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        var id = failed.GetProperty("id").GetString();

        var answer = await alerting.SendAsync(HttpMethod.Post, $"{path}/deliveries/{id}/resend", new { });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var delivered = await DeliveryAsync(alerting, webhook, d => d.GetProperty("status").GetString() == "delivered");
        Assert.Equal(id, delivered.GetProperty("id").GetString());
        Assert.Equal(2, delivered.GetProperty("attempts").GetArrayLength());
        Assert.Equal([id, id], receiver.Requests.Select(r => r.Delivery));

        var other = await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url, secret = Secret });
        var elsewhere = await alerting.SendAsync(HttpMethod.Post, $"/api/v1/webhooks/{other.GetProperty("id").GetString()}/deliveries/{id}/resend", new { });
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Secret_AfterCreation_IsNowhere()
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var created = await alerting.PostAsync("/api/v1/webhooks", new { url = "https://example.org/hook" });
        var secret = created.GetProperty("secret").GetString()!;
        Assert.True(secret.Length >= 32);
        var shown = await alerting.GetAsync($"/api/v1/webhooks/{created.GetProperty("id").GetString()}");
        Assert.False(shown.TryGetProperty("secret", out _));
        Assert.DoesNotContain(secret, (await alerting.GetAsync("/api/v1/webhooks")).GetRawText(), StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand("SELECT secret || definition::text FROM alerting.webhook");
        Assert.DoesNotContain(secret, (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.org/", "http://")]
    [InlineData("http://user:word@example.org/", "password")]
    [InlineData("", "required")]
    public async Task AddWebhook_BadAddress_IsRefused(string url, string told)
    {
        await using var database = await servers.DatabaseAsync();
        await using var alerting = await StartAsync(database.ConnectionString);
        var answer = await alerting.SendAsync(HttpMethod.Post, "/api/v1/webhooks", new { url });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(told, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<AlertingProcess> StartAsync(string metrics)
    {
        var alerting = await AlertingProcess.StartAsync(metrics, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples());
        await alerting.ReadyAsync();
        return alerting;
    }

    private static async Task FireAsync(AlertingProcess alerting)
    {
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
        alerting.Send("test.load", s_host, 0.9);
    }

    private static async Task<JsonElement> DeliveryAsync(AlertingProcess alerting, JsonElement webhook, Func<JsonElement, bool> wanted)
    {
        var path = $"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}/deliveries";
        JsonElement found = default;
        await Wait.ForAsync("the delivery is in the log", async () =>
            {
                foreach (var delivery in (await alerting.GetAsync(path)).GetProperty("items").EnumerateArray().Where(wanted)) found = delivery;
                return found.ValueKind != JsonValueKind.Undefined;
            });
        return found;
    }
}
