using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class BrokerWatchTests
{
    [Theory]
    [InlineData("low on disk", "The message broker is low on disk: samples are refused with 503 until it is not.")]
    [InlineData("low on memory & disk", "The message broker is low on memory and disk: samples are refused with 503 until it is not.")]
    [InlineData("", "The message broker has an alarm: samples are refused with 503 until it is not.")]
    [InlineData(null, "The message broker has an alarm: samples are refused with 503 until it is not.")]
    public void Sentence_ReasonOfTheBroker_SaysWhatItLacks(string? reason, string expected) => Assert.Equal(expected, BrokerWatch.Sentence(reason));

    [Theory]
    [InlineData("amqp://u:p@broker:5672/v", "amqp://u:p@broker:5672/v")]
    [InlineData("amqps://broker/", "amqps://broker/")]
    [InlineData("rabbitmq://broker/v", "amqp://broker/v")]
    [InlineData("rabbitmqs://broker/v", "amqps://broker/v")]
    public void Address_AsMassTransitTakesIt_IsOneOfAmqp(string given, string expected) => Assert.Equal(new Uri(expected), Broker.Amqp(given));
}
