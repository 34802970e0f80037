using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Integration.Tests.Analysis.Store;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Bus;

/// <summary>Analysis behind a real RabbitMQ: a message leaves its queue when its samples are committed, and not before.</summary>
public sealed class PartitionConsumersTests(ServersFixture servers) : IAsyncLifetime
{
    private const long Time = 1_790_000_000_000;

    private readonly string _virtualHost = "analysis-" + Guid.NewGuid().ToString("N");
    private readonly PostgresFixture _postgres = new(durable: true);
    private HttpClient _management = null!;
    private string _broker = "";
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        var rabbit = await servers.RabbitMqAsync();
#pragma warning disable RS0030 // A test's own client of a loopback address.
        _management = new HttpClient { BaseAddress = rabbit.ManagementApi };
#pragma warning restore RS0030
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest")));
        await Wait.ForAsync("the virtual host is made", async () => (await _management.PutAsync("vhosts/" + _virtualHost, JsonContent.Create(new { }))).IsSuccessStatusCode);
        (await _management.PutAsJsonAsync($"permissions/{_virtualHost}/guest", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        _broker = rabbit.ConnectionString + _virtualHost;
        await _postgres.StartAsync();
        _database = await _postgres.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
        await _management.DeleteAsync("vhosts/" + _virtualHost);
        _management.Dispose();
    }

    [Fact]
    public async Task Consume_MessageWithBatches_CommitsThemAndEmptiesTheQueue()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "bus.plain", 1, 2, 3);
        await Wait.ForAsync("the samples are visible", async () => (await host.RawAsync("bus.plain", Time, Time + 10)).Count == 3);
        await Wait.ForAsync("the queues are empty", async () => await MessagesAsync() == 0);
        Assert.Equal(0, await AsideAsync());
    }

    [Fact]
    public async Task Consume_DatabaseAwayAndProcessStopped_KeepsTheMessageForTheNext()
    {
        await using (var host = await StartAsync())
        {
            await PublishAsync(host, "bus.away", 1);
            await Wait.ForAsync("the first sample is visible", async () => (await host.RawAsync("bus.away", Time, Time + 10)).Count == 1);
            await _postgres.StopAsync();
            await PublishAsync(host, "bus.away", 1, 2, 3, 4);
            await Wait.ForAsync("the message is held, and not acknowledged", async () => await MessagesAsync(counted: "messages_unacknowledged") > 0);
        }

        await _postgres.ResumeAsync();
        await using var next = await StartAsync();
        await Wait.ForAsync("the held samples are visible", async () => (await next.RawAsync("bus.away", Time, Time + 10)).Count == 4);
        await Wait.ForAsync("the queues are empty", async () => await MessagesAsync() == 0);
        Assert.Equal(0, await AsideAsync());
    }

    [Fact]
    public async Task Close_WhileTheStoreTakesNothing_WhatIsHeldIsBackInItsQueue()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "bus.closed", 1);
        await Wait.ForAsync("the first sample is visible", async () => (await host.RawAsync("bus.closed", Time, Time + 10)).Count == 1);
        await _database.ExecuteAsync("ALTER TABLE metrics.inbox RENAME TO inbox_away");
        await PublishAsync(host, "bus.closed", 1, 2);
        await Wait.ForAsync("the message is held", async () => await MessagesAsync(counted: "messages_unacknowledged") == 1);

        // As where the partition goes to another process, which waits for a while only.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        foreach (var feed in host.Services.GetServices<IPartitionFeed>())
        {
            for (var partition = 0; partition < 2; partition++) await feed.CloseAsync(partition, patience.Token);
        }

        await Wait.ForAsync("it waits in its queue for the next", async () => await MessagesAsync(counted: "messages_ready") == 1);
        Assert.Equal(0, await AsideAsync());
    }

    [Fact]
    public async Task Consume_BytesThatAreNoBatch_MovesThemAsideAndGoesOn()
    {
        await using var host = await StartAsync();
        await SendAsync(host, [[1, 2, 3]], 0);
        await PublishAsync(host, "bus.after", 5);
        await Wait.ForAsync("the next sample is visible", async () => (await host.RawAsync("bus.after", Time, Time + 10)).Count == 1);
        await Wait.ForAsync("the bad message lies aside", async () => await AsideAsync() == 1);

        await PublishNonsenseAsync();
        await Wait.ForAsync("the bytes lie aside", async () => await AsideAsync() == 2);
        // In the one queue that is bounded, and in none of MassTransit's.
        Assert.Equal(0, await MessagesAsync("_error"));
    }

    [Fact]
    public async Task Consume_IdsThatNobodyKnows_MovesThemAsideAndGoesOn()
    {
        await using var host = await StartAsync();
        // Of an epoch that a restore has ended: waiting does not help, and a message that is held keeps its place in the queue.
        await SendAsync(host, [SampleBatchCodec.Encode(SampleBatch.Of(Guid.NewGuid(), host.NextStamp(), 0, (1, null, [(Time, 1)])))], 0);
        await PublishAsync(host, "bus.after.restore", 5);
        await Wait.ForAsync("the next sample is visible", async () => (await host.RawAsync("bus.after.restore", Time, Time + 10)).Count == 1);
        await Wait.ForAsync("the message lies aside", async () => await AsideAsync() == 1);
        await Wait.ForAsync("the queues are empty", async () => await MessagesAsync() == 0);
    }

    [Fact]
    public async Task DeadLetters_OfBytesThatAreNoBatch_AreListedShownSentAgainAndDiscarded()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await Wait.ForAsync("it is healthy", async () => await QueuesAsync(host) == "Healthy");
        Assert.Equal(0, (await ListAsync(client)).GetProperty("total").GetInt64());

        await SendAsync(host, [[1, 2, 3], [4]], 1);
        var first = (await Wait.ForAsync("it is listed", () => ListAsync(client), list => list.GetProperty("items").GetArrayLength() == 1)).GetProperty("items")[0];
        Assert.Equal("perfplatform.samples.1", first.GetProperty("queue").GetString());
        Assert.Equal(("SamplesIngested", 1, 2, 1), (first.GetProperty("messageType").GetString(), first.GetProperty("partition").GetInt32(), first.GetProperty("batches").GetInt32(), first.GetProperty("failures").GetInt32()));
        Assert.NotEqual("", first.GetProperty("reason").GetString());
        await Wait.ForAsync("health says so", async () => (await QueuesAsync(host)).StartsWith("One message could not be handled", StringComparison.Ordinal));
        // Who balances between processes does not hear of it: another one is no better.
        Assert.DoesNotContain("queues", await (await client.GetAsync("/ready", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        // The same bytes as were sent: a header of nine, and each batch behind its length.
        var address = "/api/v1/dead-letters/" + first.GetProperty("id").GetString();
        var shown = await client.GetFromJsonAsync<JsonElement>(address, Cancel);
        Assert.Equal("0101000000" + "02000000" + "03000000010203" + "0100000004", Convert.ToHexString(shown.GetProperty("base64").GetBytesFromBase64()));
        Assert.Equal("application/vnd.perfplatform.samples", shown.GetProperty("contentType").GetString());
        // A look leaves it where it was.
        Assert.Equal(first.ToString(), (await ListAsync(client)).GetProperty("items")[0].ToString());

        // Sent again it fails again.
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync(address + "/resend", null, Cancel)).StatusCode);
        var second = (await Wait.ForAsync("it is back", () => ListAsync(client), list => list.GetProperty("items").GetArrayLength() == 1)).GetProperty("items")[0];
        Assert.Equal(2, second.GetProperty("failures").GetInt32());
        Assert.True(second.GetProperty("failedAt").GetDateTimeOffset() > first.GetProperty("failedAt").GetDateTimeOffset());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync(address + "/resend", null, Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/dead-letters/" + second.GetProperty("id").GetString(), Cancel)).StatusCode);
        Assert.Equal(0, (await ListAsync(client)).GetProperty("total").GetInt64());
        await Wait.ForAsync("it is healthy again", async () => await QueuesAsync(host) == "Healthy");
    }

    [Fact]
    public async Task DeadLetters_Several_ComePageByPageAndOneIsTakenOutOfTheMiddle()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        for (byte i = 0; i < 5; i++) await SendAsync(host, [[i]], i % 2);
        await Wait.ForAsync("all are listed", () => ListAsync(client), list => list.GetProperty("items").GetArrayLength() == 5);

        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await ListAsync(client, $"?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(5, read.Distinct().Count());

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/dead-letters/" + read[2], Cancel)).StatusCode);
        var left = (await ListAsync(client)).GetProperty("items").EnumerateArray().Select(l => l.GetProperty("id").GetString()!);
        Assert.Equal(read.Where((_, i) => i != 2), left);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/dead-letters?cursor=nonsense", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/dead-letters?limit=0", Cancel)).StatusCode);
    }

    [Fact]
    public async Task DeadLetters_Scopes_LookingNeedsReadAndActingWrite()
    {
        await using var host = await StartAsync();
        using var reader = host.Client(Scopes.Read);
        using var writer = host.Client(Scopes.Write);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/dead-letters", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync("/api/v1/dead-letters/a", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync("/api/v1/dead-letters/a/resend", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.DeleteAsync("/api/v1/dead-letters/a", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await writer.GetAsync("/api/v1/dead-letters", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await writer.DeleteAsync("/api/v1/dead-letters/a", Cancel)).StatusCode);
    }

    [Fact]
    public async Task DeadLetters_QueueIsGone_Is409AndTheMessageStays()
    {
        string id;
        await using (var host = await StartAsync())
        {
            using var client = host.Client();
            await SendAsync(host, [[1]], 0);
            id = (await Wait.ForAsync("it is listed", () => ListAsync(client), list => list.GetProperty("items").GetArrayLength() == 1)).GetProperty("items")[0].GetProperty("id").GetString()!;
        }

        (await _management.DeleteAsync($"queues/{_virtualHost}/{SampleQueues.Queue(0)}", Cancel)).EnsureSuccessStatusCode();
        // A process that does not declare it again.
        await using var other = await StartAsync(services => services.RemoveAll<IPartitionFeed>());
        using var asked = other.Client();
        Assert.Equal(HttpStatusCode.Conflict, (await asked.PostAsync($"/api/v1/dead-letters/{id}/resend", null, Cancel)).StatusCode);
        Assert.Equal(1, (await ListAsync(asked)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task DeadLetters_Full_TheMessageStaysInItsOwnQueueAndHealthSaysSo()
    {
        // Room for none.
        await using var host = await StartAsync(null, (DeadLetterQueue.MaxBytesSetting, "1"));
        using var client = host.Client();
        await SendAsync(host, [[1]], 0);
        await Wait.ForAsync("the first lies aside", async () => await AsideAsync() == 1);
        await SendAsync(host, [[2]], 0);
        await Wait.ForAsync("health says so", async () => (await HealthAsync(host, "dead-letters")).Contains("The dead letters are full", StringComparison.Ordinal));
        // It is with the consumer or in its queue, and others go on.
        await PublishAsync(host, "bus.full", 5);
        await Wait.ForAsync("the next sample is visible", async () => (await host.RawAsync("bus.full", Time, Time + 10)).Count == 1);
        await Wait.ForAsync("the message is in its queue", async () => await MessagesAsync() == 1);
        Assert.Equal(1, await AsideAsync());

        var first = (await ListAsync(client)).GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/dead-letters/" + first, Cancel)).StatusCode);
        await Wait.ForAsync("the second lies aside", async () => await MessagesAsync() == 0 && await AsideAsync() == 1);
        await Wait.ForAsync("there is room again", async () => await HealthAsync(host, "dead-letters") == "Healthy");
    }

    [Fact]
    public async Task Health_MessagesWaitAndNoneIsWritten_NamesThePartition()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "bus.stands", 1);
        await Wait.ForAsync("the first sample is visible", async () => (await host.RawAsync("bus.stands", Time, Time + 10)).Count == 1);
        await _database.ExecuteAsync("ALTER TABLE metrics.inbox RENAME TO inbox_away");
        await PublishAsync(host, "bus.stands", 1, 2);
        var partition = SeriesDescriptor.Of("bus.stands", LabelSet.Of(("a", "b"))).Fingerprint.Partition(2);
        await Wait.ForAsync("it is named", async () => (await QueuesAsync(host)).StartsWith($"Partition {partition} stands: one message waits", StringComparison.Ordinal));
        await _database.ExecuteAsync("ALTER TABLE metrics.inbox_away RENAME TO inbox");
        await Wait.ForAsync("it goes on", async () => (await host.RawAsync("bus.stands", Time, Time + 10)).Count == 2);
        await Wait.ForAsync("it is healthy", async () => await QueuesAsync(host) == "Healthy");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<string> QueuesAsync(StoreHost host) => HealthAsync(host, "queues");

    // What is wrong, or that nothing is.
    private static async Task<string> HealthAsync(StoreHost host, string check)
    {
        var entry = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(c => c.Name == check, Cancel)).Entries[check];
        return entry.Status == HealthStatus.Healthy ? "Healthy" : entry.Description!;
    }

    private static Task<JsonElement> ListAsync(HttpClient client, string query = "") => client.GetFromJsonAsync<JsonElement>("/api/v1/dead-letters" + query, Cancel);

    // Not even a message.
    private async Task PublishNonsenseAsync() => (await _management.PostAsJsonAsync($"exchanges/{_virtualHost}/{SampleQueues.Exchange}/publish", new
    {
        routing_key = SampleQueues.RoutingKey(0),
        properties = new { content_type = "application/vnd.perfplatform.samples", delivery_mode = 2 },
        payload = "nonsense",
        payload_encoding = "string",
    })).EnsureSuccessStatusCode();

    private Task<StoreHost> StartAsync() => StartAsync(null);

    private Task<StoreHost> StartAsync(Action<IServiceCollection>? with, params (string Key, string Value)[] settings) => Outside.StartAsync(async () =>
    {
        var host = await StoreHost.StartAsync(_database.ConnectionString, with, [("ConnectionStrings:rabbitmq", _broker), (SampleQueues.PartitionsSetting, "2"), .. settings]);
        await host.ReadyAsync();
        return host;
    });

    private static Task PublishAsync(StoreHost host, string metric, params double[] values)
    {
        var series = SeriesDescriptor.Of(metric, LabelSet.Of(("a", "b")));
        var partition = series.Fingerprint.Partition(2);
        var batch = SampleBatch.Of(Guid.Empty, host.NextStamp(), partition, (0, series, [.. values.Select((v, i) => (Time + i, v))]));
        return SendAsync(host, [SampleBatchCodec.Encode(batch)], partition);
    }

    private static Task SendAsync(StoreHost host, byte[][] batches, int partition) => host.Services.GetRequiredService<IBus>().Publish(
        new SamplesIngested { Partition = partition, Batches = batches }, context => context.SetRoutingKey(SampleQueues.RoutingKey(partition)));

    private Task<long> AsideAsync() => MessagesAsync(name => name == DeadLetterQueue.Name, "messages");

    private Task<long> MessagesAsync(string suffix = "", string counted = "messages") => MessagesAsync(name => name == SampleQueues.Queue(0) + suffix || name == SampleQueues.Queue(1) + suffix, counted);

    private async Task<long> MessagesAsync(Func<string, bool> which, string counted)
    {
        var queues = await _management.GetFromJsonAsync<JsonElement>($"queues/{_virtualHost}");
        return queues.EnumerateArray()
            .Where(q => which(q.GetProperty("name").GetString()!))
            .Sum(q => q.TryGetProperty(counted, out var messages) ? messages.GetInt64() : 0);
    }
}
