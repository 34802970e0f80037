using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>The distributed form: samples come over a real broker.</summary>
public sealed class BrokerTests(ServersFixture servers)
{
    [Fact]
    public async Task Samples_PublishedByIntake_AreEvaluated()
    {
        await using var database = await servers.DatabaseAsync();
        var broker = (await servers.RabbitMqAsync()).ConnectionString;
        await using var alerting = await AlertingProcess.StartAsync(
            database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples(), ("ConnectionStrings:rabbitmq", broker));
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "High load", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
        var bus = alerting.Services.GetRequiredService<IBus>();
        var series = SeriesDescriptor.Of("test.load", LabelSet.Of(("host.name", "web-1")));
        await Wait.ForAsync("it fires", async () =>
            {
                // Until the queue is bound nobody hears it; a second time changes nothing.
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                var batch = SampleBatch.Of(Guid.Empty, new BatchStamp(now, 1, 1), 3, (0, series, [(now, 0.9)]));
                await bus.Publish(new SamplesIngested { Partition = 3, Batches = [SampleBatchCodec.Encode(batch)] }, context => context.TrySetRoutingKey("3"), TestContext.Current.CancellationToken);
                return (await alerting.GetAsync("/api/v1/alerts?state=firing")).GetProperty("items").GetArrayLength() == 1;
            });
    }

    [Fact]
    public async Task Samples_ThatAreNoBatch_LieWithTheDeadLettersAndOthersGoOn()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var database = await servers.DatabaseAsync();
        var broker = await (await servers.RabbitMqAsync()).VirtualHostAsync(cancel);
        await using var alerting = await AlertingProcess.StartAsync(
            database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples(), ("ConnectionStrings:rabbitmq", broker));
        await alerting.ReadyAsync();
        var bus = alerting.Services.GetRequiredService<IBus>();
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync(cancel);
        BasicGetResult? letter = null;
        await Wait.ForAsync("it lies aside", async () =>
            {
                // Until the queue is bound nobody hears it.
                await bus.Publish(new SamplesIngested { Partition = 3, Batches = [[1, 2, 3]] }, context => context.TrySetRoutingKey("3"), cancel);
                await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
                try
                {
                    letter = await channel.BasicGetAsync(DeadLetterQueue.Name, autoAck: true, cancel);
                }
                catch (OperationInterruptedException)
                {
                    // Nobody has put anything aside yet.
                }

                return letter is not null;
            });
        var told = DeadLetter.Read(letter!.BasicProperties, letter.Body.Span);
        Assert.Equal(("perfplatform.feed.alerting", "SamplesIngested", 3, 1), (told.Queue, told.MessageType, told.Partition, told.Batches));
    }
}
