using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
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
        Assert.Equal(0, await MessagesAsync("_error"));
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
        Assert.Equal(0, await MessagesAsync("_error"));
    }

    [Fact]
    public async Task Consume_BytesThatAreNoBatch_MovesThemAsideAndGoesOn()
    {
        await using var host = await StartAsync();
        await SendAsync(host, [[1, 2, 3]], 0);
        await PublishAsync(host, "bus.after", 5);
        await Wait.ForAsync("the next sample is visible", async () => (await host.RawAsync("bus.after", Time, Time + 10)).Count == 1);
        await Wait.ForAsync("the bad message lies aside", async () => await MessagesAsync("_error") == 1);

        // Not even a message.
        (await _management.PostAsJsonAsync($"exchanges/{_virtualHost}/{SampleQueues.Exchange}/publish", new
        {
            routing_key = SampleQueues.RoutingKey(0),
            properties = new { content_type = "application/vnd.perfplatform.samples", delivery_mode = 2 },
            payload = "nonsense",
            payload_encoding = "string",
        })).EnsureSuccessStatusCode();
        await Wait.ForAsync("the bytes lie aside", async () => await MessagesAsync("_error") == 2);
    }

    private Task<StoreHost> StartAsync() => Outside.StartAsync(
        () => StoreHost.StartAsync(_database.ConnectionString, ("ConnectionStrings:rabbitmq", _broker), (SampleQueues.PartitionsSetting, "2")));

    private static Task PublishAsync(StoreHost host, string metric, params double[] values)
    {
        var series = SeriesDescriptor.Of(metric, LabelSet.Of(("a", "b")));
        var partition = series.Fingerprint.Partition(2);
        var batch = SampleBatch.Of(Guid.Empty, host.NextStamp(), partition, (0, series, [.. values.Select((v, i) => (Time + i, v))]));
        return SendAsync(host, [SampleBatchCodec.Encode(batch)], partition);
    }

    private static Task SendAsync(StoreHost host, byte[][] batches, int partition) => host.Services.GetRequiredService<IBus>().Publish(
        new SamplesIngested { Partition = partition, Batches = batches }, context => context.SetRoutingKey(SampleQueues.RoutingKey(partition)));

    private async Task<long> MessagesAsync(string suffix = "", string counted = "messages")
    {
        var queues = await _management.GetFromJsonAsync<JsonElement>($"queues/{_virtualHost}");
        return queues.EnumerateArray()
            .Where(q => q.GetProperty("name").GetString() is { } name && (name == SampleQueues.Queue(0) + suffix || name == SampleQueues.Queue(1) + suffix))
            .Sum(q => q.TryGetProperty(counted, out var messages) ? messages.GetInt64() : 0);
    }
}
