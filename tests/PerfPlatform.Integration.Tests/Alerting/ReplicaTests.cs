using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Alerting.Catalogue;
using PerfPlatform.Alerting.Leading;
using PerfPlatform.Alerting.Recording;
using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Alerting.Webhooks.Notifications;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using RabbitMQ.Client;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>Two replicas on one database and one broker: one evaluates and tells, the other goes on where it ended.</summary>
public sealed class ReplicaTests(ServersFixture servers) : IAsyncLifetime
{
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));
    private readonly RecordedSamples _samples = new();
    private readonly HeldClock _clock = new();
    private TestDatabase _database = null!;
    private WebhookReceiver _receiver = null!;
    private string _redis = "", _broker = "";
    private long _sequence;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.DatabaseAsync();
        _redis = (await servers.RedisAsync()).CreateDatabase();
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _database.DisposeAsync();
        await _clock.DisposeAsync();
    }

    [Fact]
    public async Task Episodes_TwoReplicas_AreOneAlertEachAndToldOnce()
    {
        await using var first = await StartAsync(broker: true);
        await first.ReadyAsync();
        await using var second = await StartAsync(broker: true);
        await StandsByAsync(second);

        // Through the one that stands by, as any balancer may.
        var rule = await FollowAsync(second, holdFor: "0s");
        var value = 0.1;
        using var end = new CancellationTokenSource();
        var sending = PublishAsync(second, () => value, end.Token);
        for (var episode = 1; episode <= 3; episode++)
        {
            value = 0.9;
            await _receiver.WaitForAsync(_ => Told("alert.firing") == episode);
            value = 0.1;
            await _receiver.WaitForAsync(_ => Told("alert.resolved") == episode);
        }

        Assert.Equal(1u, await ConsumersAsync());
        Assert.Equal(1, (await second.GetAsync("/api/v1/alerts/rules/" + rule)).GetProperty("watch").GetProperty("groups").GetInt32());
        await end.CancelAsync();
        await sending;
        Assert.Equal(3, (await second.GetAsync("/api/v1/alerts")).GetProperty("items").GetArrayLength());
        Assert.Equal((3, 3), (Told("alert.firing"), Told("alert.resolved")));
    }

    [Fact]
    public async Task Leader_GoneWhileAnAlertIsPending_TheNextFiresItInItsTime()
    {
        await using var first = await StartAsync(broker: true, _clock);
        await first.ReadyAsync();
        await using var second = await StartAsync(broker: true);
        await StandsByAsync(second);
        await FollowAsync(second, holdFor: "5s");
        using var end = new CancellationTokenSource();
        var sending = PublishAsync(second, () => 0.9, end.Token);
        var pending = await second.WaitForAlertAsync("pending");

        // As kill -9: it is not heard of any more, and its sessions and its consumer are gone.
        _clock.Hold();
        await first.Services.GetRequiredService<IBusControl>().StopAsync(TestContext.Current.CancellationToken);
        await _database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'");
        var firing = await second.WaitForAlertAsync("firing");
        await _receiver.WaitForAsync(r => r.Event == "alert.firing");
        Assert.Equal(pending.GetProperty("id").GetString(), firing.GetProperty("id").GetString());
        Assert.InRange((Time(firing, "firingSince") - Time(pending, "pendingSince")).TotalSeconds, 5, 6.5);
        await end.CancelAsync();
        await sending;
        Assert.Equal(1, (await second.GetAsync("/api/v1/alerts")).GetProperty("items").GetArrayLength());
        Assert.Single(_receiver.Requests);
        _clock.LetGo();
    }

    [Fact]
    public async Task Leader_DoesNotKnowThatAnotherLeads_WritesAndTellsNothing()
    {
        await using var first = await StartAsync(broker: false, keeper: _clock);
        await first.ReadyAsync();
        await using var second = await StartAsync(broker: false);
        await StandsByAsync(second);
        await FollowAsync(first, holdFor: "0s");

        // Its session, and so its lock, is there all the while.
        _clock.Hold();
        await Wait.ForAsync("the second leads", () => Leads(second));
        await Wait.ForAsync("both find it", () => Both(0.9, () => first.Services.GetRequiredService<AlertRecorder>().Waiting > 0 && Told("alert.firing") > 0));
        await Wait.ForAsync("it is over", () => Both(0.1, () => Told("alert.resolved") > 0));
        Assert.True(Leads(first));
        _clock.LetGo();
        await Wait.ForAsync("the first knows", () => first.Said.Has("Another process evaluates and notifies"));
        await Wait.ForAsync("one leads", () => Leads(first) != Leads(second));
        Assert.Equal(1, (await first.GetAsync("/api/v1/alerts")).GetProperty("items").GetArrayLength());
        Assert.Equal((1, 1), (Told("alert.firing"), Told("alert.resolved")));

        bool Both(double value, Func<bool> enough)
        {
            first.Send("test.load", s_host, value);
            second.Send("test.load", s_host, value);
            return enough();
        }
    }

    [Fact]
    public async Task Term_IsOver_NothingIsWrittenOrSent()
    {
        await using var alerting = await StartAsync(broker: false);
        await alerting.ReadyAsync();
        await FollowAsync(alerting, holdFor: "0s");
        alerting.Send("test.load", s_host, 0.9);
        await _receiver.WaitForAsync(r => r.Event == "alert.firing");
        var webhook = Guid.Parse((await alerting.GetAsync("/api/v1/webhooks")).GetProperty("items")[0].GetProperty("id").GetString()!);
        var alert = (await alerting.WaitForAlertAsync("firing")).GetProperty("id").GetString()!;
        var delivery = await DeliveredAsync(alerting, webhook);
        using var over = new LeaderTerm(alerting.Services.GetRequiredService<LeaderHolder>().HeldEpoch(0) - 1);
        var cancellation = TestContext.Current.CancellationToken;

        T Of<T>() where T : notnull => alerting.Services.GetRequiredService<T>();
        await RefusedAsync(() => Of<AlertStore>().WriteAsync(over, [], TimeProvider.System.GetUtcNow().AddDays(1), cancellation));
        await RefusedAsync(() => Of<NotificationStore>().WriteAsync(over, webhook, "a rule", new GroupMemory(new HashSet<string> { "x" }, null, null), null, cancellation));
        await RefusedAsync(() => Of<NotificationStore>().SeenAsync(over, [alert], cancellation));
        await RefusedAsync(() => Of<DeliveryOutbox>().RecordAsync(delivery, new DeliveryAttempt(default, 500, 1, "No.", null), DeliveryStatus.Failed, default, over, cancellation));
        var message = new OutgoingMessage(delivery, webhook, new PerfPlatform.Alerting.Webhooks.Formats.AlertGroup("a rule", "A rule"), "alert.firing", "{}", default, default);
        await RefusedAsync(() => Of<DeliveryDesk>().AttemptAsync(new PendingDelivery(message, 0, default), over, cancellation));
        Assert.Single(_receiver.Requests);
        Assert.True(await Of<AlertStore>().EvaluatedToAsync(cancellation) < TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.DoesNotContain((await Of<NotificationStore>().MemoryAsync(cancellation)).Keys, key => key.Rule == "a rule");
        Assert.Equal(delivery, await DeliveredAsync(alerting, webhook));

        static async Task RefusedAsync(Func<Task> write) => Assert.Equal("PP001", (await Assert.ThrowsAsync<PostgresException>(write)).SqlState);
    }

    [Fact]
    public async Task Leader_StopsWhileAMessageIsOnItsWay_HandsOnWhatIsDone()
    {
        _receiver.Thinks = TimeSpan.FromSeconds(1);
        var first = await StartAsync(broker: false);
        await first.ReadyAsync();
        await using var second = await StartAsync(broker: false);
        await StandsByAsync(second);
        await FollowAsync(first, holdFor: "0s");
        first.Send("test.load", s_host, 0.9);
        await _receiver.WaitForAsync(r => r.Event == "alert.firing");
        await first.DisposeAsync();
        await second.ReadyAsync();
        second.Send("test.load", s_host, 0.1);
        await _receiver.WaitForAsync(r => r.Event == "alert.resolved");
        Assert.Equal((1, 1), (Told("alert.firing"), Told("alert.resolved")));
        Assert.Equal(1, (await second.GetAsync("/api/v1/alerts")).GetProperty("items").GetArrayLength());
    }

    private async Task<AlertingProcess> StartAsync(bool broker, HeldClock? clock = null, HeldClock? keeper = null)
    {
        List<(string, string)> settings = [("Alerting:LeaseTime", keeper is null ? "00:00:06" : "00:00:01")];
        if (broker)
        {
            if (_broker.Length == 0) _broker = await (await servers.RabbitMqAsync()).VirtualHostAsync();
            settings.Add(("ConnectionStrings:rabbitmq", _broker));
        }

        return await AlertingProcess.StartAsync(
            _database.ConnectionString + ";Application Name=" + (clock is null ? "other" : "first"),
            _redis,
            _samples,
            services =>
            {
                if (clock is not null) services.AddSingleton<TimeProvider>(clock);
                if (keeper is not null) services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LeaderKeeper>(provider, keeper));
            },
            [.. settings]);
    }

    private async Task<string> FollowAsync(AlertingProcess alerting, string holdFor)
    {
        await alerting.PostAsync("/api/v1/webhooks", new { url = _receiver.Url, groupInterval = "1s" });
        var rule = await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "10s", threshold = 0.8, @for = holdFor });
        return rule.GetProperty("id").GetString()!;
    }

    private static Task StandsByAsync(AlertingProcess alerting) => Wait.ForAsync("it stands by", () => alerting.Services.GetRequiredService<LeaderKeeper>().IsStandby);

    private static bool Leads(AlertingProcess alerting) => alerting.Services.GetRequiredService<LeaderHolder>().IsLeading;

    private static DateTimeOffset Time(JsonElement alert, string name) => alert.GetProperty(name).GetDateTimeOffset();

    private int Told(string what) => _receiver.Requests.Count(r => r.Event == what);

    private static async Task<Guid> DeliveredAsync(AlertingProcess alerting, Guid webhook) => Guid.Parse((await Wait.ForAsync(
        "it is delivered",
        async () => (await alerting.GetAsync($"/api/v1/webhooks/{webhook:N}/deliveries")).GetProperty("items"),
        items => items.GetArrayLength() == 1 && items[0].GetProperty("status").GetString() == "delivered" && items[0].GetProperty("attempts").GetArrayLength() == 1))[0].GetProperty("id").GetString()!);

    /// <summary>Ten times a second, as intake does: into the store, and to whoever listens.</summary>
    private async Task PublishAsync(AlertingProcess alerting, Func<double> value, CancellationToken end)
    {
        var bus = alerting.Services.GetRequiredService<IBus>();
        var id = _samples.Register("test.load", s_host);
        while (!end.IsCancellationRequested)
        {
            var (now, number) = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), value());
            _samples.Record(id, now, number);
            var batch = SampleBatch.Of(_samples.Epoch, new BatchStamp(now, 1, ++_sequence), 3, (id, null, [(now, number)]));
            await bus.Publish(new SamplesIngested { Partition = 3, Batches = [SampleBatchCodec.Encode(batch)] }, context => context.TrySetRoutingKey("3"), CancellationToken.None);
            await Task.Delay(100, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<uint> ConsumersAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        return (await channel.QueueDeclarePassiveAsync("perfplatform.feed.alerting", TestContext.Current.CancellationToken)).ConsumerCount;
    }
}
