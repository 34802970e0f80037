using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Bus;

/// <summary>Hands batches to the durable queues of Analysis: returns when the broker confirmed each. While the broker has an alarm it would confirm none: they are refused at once.</summary>
internal sealed class BusSampleSink : BackgroundService, ISampleSink
{
    private readonly PartitionPublisher[] _publishers;
    private readonly BrokerWatch _broker;

    public BusSampleSink(IBus bus, BrokerWatch broker, IConfiguration configuration, TimeProvider clock, ILogger<BusSampleSink> logger)
    {
        _broker = broker;
        _publishers = new PartitionPublisher[SampleQueues.Partitions(configuration)];
        for (var partition = 0; partition < _publishers.Length; partition++) _publishers[partition] = new PartitionPublisher(bus, partition, clock, logger);
    }

    public int Partitions => _publishers.Length;

    public async Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken)
    {
        using var span = SampleTrace.StartPublish(IngestionTelemetry.Source, batches.Count);
        var trace = Activity.Current?.Context ?? default;
        try
        {
            if (_broker.Alarm is { } alarm) throw new SinkUnavailableException(alarm);
            var confirmations = new Task[batches.Count];
            for (var i = 0; i < confirmations.Length; i++)
            {
                confirmations[i] = _publishers[batches[i].Partition].PublishAsync(SampleBatchCodec.Encode(batches[i]), trace);
            }

            await Task.WhenAll(confirmations).WaitAsync(cancellationToken);
        }
        catch (SinkUnavailableException e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_publishers.Select(p => p.RunAsync(stoppingToken)));
}

internal static class BusSampleSinkExtensions
{
    /// <summary>The bus is the sink unless the process holds another.</summary>
    public static void AddBusSampleSink(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(ISampleSink))) return;
        builder.AddBrokerWatch();
        builder.Services.AddSingleton<BusSampleSink>();
        builder.Services.TryAddSingleton<ISampleSink>(services => services.GetRequiredService<BusSampleSink>());
        builder.Services.AddBackground<BusSampleSink>();
    }
}
