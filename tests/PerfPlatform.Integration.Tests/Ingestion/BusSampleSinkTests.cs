using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>Intake before a real RabbitMQ: a 2xx means that the durable queue of Analysis has the samples, whoever consumes or does not.</summary>
public sealed class BusSampleSinkTests(ServersFixture servers) : IAsyncLifetime
{
    private const int Partitions = 4;
    private readonly RabbitMqFixture _broker = new();
    private IntakeHost _host = null!;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        _host = await IntakeHost.StartAsync(servers, null, [
            ("ConnectionStrings:rabbitmq", _broker.ConnectionString), (SampleQueues.PartitionsSetting, $"{Partitions}"), (SampleQueues.MaxBytesSetting, "2000000")]);
        await Wait.ForAsync("samples are taken", async () => (await WriteAsync(1)).StatusCode == HttpStatusCode.NoContent);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Write_NoConsumerEver_IsInTheQueuesAndComesOutWhole()
    {
        const int requests = 40, series = 25;
        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(r => WriteAsync(series, $"r{r}")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));

        var received = new ConcurrentDictionary<string, double>();
        var messages = 0;
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_broker.ConnectionString));
            SampleQueues.ConfigureMessages(rabbit);
            for (var partition = 0; partition < Partitions; partition++)
            {
                var expected = partition;
                rabbit.ReceiveEndpoint(SampleQueues.Queue(partition), endpoint =>
                {
                    endpoint.ConfigureConsumeTopology = false;
                    foreach (var (name, value) in SampleQueues.QueueArguments(_host.Services.GetRequiredService<IConfiguration>())) endpoint.SetQueueArgument(name, value);
                    endpoint.Handler<SamplesIngested>(context =>
                    {
                        Interlocked.Increment(ref messages);
                        Assert.Equal(expected, context.Message.Partition);
                        Assert.Equal("application/vnd.perfplatform.samples", context.ReceiveContext.ContentType?.MediaType);
                        foreach (var batch in context.Message.Batches.Select(b => SampleBatchCodec.Decode(b)))
                        {
                            foreach (var one in batch.Series)
                            {
                                Assert.Equal(expected, one.Descriptor!.Fingerprint.Partition(Partitions));
                                received[one.Descriptor.Labels.ToString()] = batch.Values[one.Start];
                            }
                        }

                        return Task.CompletedTask;
                    });
                });
            }
        });
        await bus.StartAsync();
        try
        {
            await Wait.ForAsync("all samples arrive", () => received.Count >= requests * series);
        }
        finally
        {
            await bus.StopAsync();
        }

        for (var r = 0; r < requests; r++)
        {
            for (var i = 0; i < series; i++) Assert.Equal(i, received[$"{{i=\"{i}\", r=\"r{r}\"}}"]);
        }

        Assert.True(messages < requests * Partitions, $"{messages} messages: requests that waited together shared none.");
    }

    [Fact]
    public async Task Write_WhileTheBrokerIsDown_Is503ThenWorksAgain()
    {
        await _broker.KillAsync();
        var answer = await WriteAsync(3);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await _broker.ResumeAsync();
        await Wait.ForAsync("samples are taken again", async () => (await WriteAsync(3)).StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Write_WhenTheQueueIsGone_Is503()
    {
        using var management = Management();
        for (var partition = 0; partition < Partitions; partition++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await management.DeleteAsync($"queues/%2F/{SampleQueues.Queue(partition)}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await WriteAsync(10)).StatusCode);
    }

    [Fact]
    public async Task Write_WhenTheQueueIsFull_Is503()
    {
        // 2 MB for each of four queues; noise does not compress.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 60 && !statuses.Contains(HttpStatusCode.ServiceUnavailable); i++) statuses.Add((await WriteAsync(3000, "full" + i, noise: true)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, statuses[0]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, statuses[^1]);
    }

    [Fact]
    public async Task Write_WhileTheBrokerHasAnAlarm_Is503ThatSaysWhichAndHealthToo()
    {
        await Wait.ForAsync("it is healthy", async () => (await BrokerAsync()).Status == HealthStatus.Healthy);
        await _broker.ControlAsync(["set_disk_free_limit", "1000000000000000"], TestContext.Current.CancellationToken);
        var health = await Wait.ForAsync("the alarm is named", BrokerAsync, broker => broker.Status == HealthStatus.Degraded);
        Assert.Equal("The message broker is low on disk: samples are refused with 503 until it is not.", health.Description);
        var answer = await WriteAsync(3);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("low on disk", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        // A sender that waits is better off with this one than with another: it stays ready.
        using var anybody = _host.Anonymous();
        Assert.Equal(HttpStatusCode.OK, (await anybody.GetAsync("/ready", TestContext.Current.CancellationToken)).StatusCode);

        await _broker.ControlAsync(["set_disk_free_limit", "50000000"], TestContext.Current.CancellationToken);
        await Wait.ForAsync("it is healthy again", async () => (await BrokerAsync()).Status == HealthStatus.Healthy);
        await _broker.ControlAsync(["set_vm_memory_high_watermark", "absolute", "1000000"], TestContext.Current.CancellationToken);
        await Wait.ForAsync("the other alarm is named", BrokerAsync, broker => broker.Description?.Contains("low on memory", StringComparison.Ordinal) == true);
        await _broker.ControlAsync(["set_vm_memory_high_watermark", "absolute", "1000000000"], TestContext.Current.CancellationToken);
        await Wait.ForAsync("samples are taken again", async () => (await WriteAsync(3)).StatusCode == HttpStatusCode.NoContent);
    }

    private async Task<HealthReportEntry> BrokerAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "broker", TestContext.Current.CancellationToken)).Entries["broker"];

    private Task<HttpResponseMessage> WriteAsync(int series, string request = "r", bool noise = false)
    {
        var now = Now;
        var body = WriteRequests.Write(Enumerable.Range(0, series).Select(i =>
            WriteRequests.Series("bus.test", [$"i={i}", $"r={(noise ? Guid.NewGuid().ToString() + Guid.NewGuid() : request)}"], (now, i))));
        return _host.Client.PostAsync("/api/v1/write", IntakeHost.RemoteWrite(body));
    }

    private HttpClient Management()
    {
        var client = _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("management");
        client.BaseAddress = _broker.ManagementApi;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest")));
        return client;
    }
}
