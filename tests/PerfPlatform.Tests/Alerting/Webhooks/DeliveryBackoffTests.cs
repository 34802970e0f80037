using PerfPlatform.Alerting.Webhooks.Deliveries;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Webhooks;

public sealed class DeliveryBackoffTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData(0, 1)]
    [InlineData(30, 30)]
    [InlineData(1_000_000, 86_400)]
    public void After_RetryAfter_IsHeededWhereItIsLonger(int? asked, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), DeliveryBackoff.After(1, 1, asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
}
