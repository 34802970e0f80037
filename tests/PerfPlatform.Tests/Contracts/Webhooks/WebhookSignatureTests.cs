using PerfPlatform.Alerting.Webhooks.Deliveries;
using PerfPlatform.Contracts.Webhooks;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Webhooks;

public sealed class WebhookSignatureTests
{
    // printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    [Fact]
    public void Of_KnownBody_IsWhatOpenSslSays() => Assert.Equal("t=1790000000,v1=da8fe498621aaab99d5b11c51346b13d1a2bf2914b865b8d3edd3531cab25a3e", WebhookSignature.Of("secret", "{\"a\":1}"u8, 1_790_000_000));

    [Fact]
    public void After_ManyAttempts_GrowsToItsBoundWithJitter()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.5), DeliveryBackoff.After(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(1), DeliveryBackoff.After(1, 1));
        Assert.Equal(TimeSpan.FromSeconds(8), DeliveryBackoff.After(4, 1));
        Assert.Equal(TimeSpan.FromMinutes(15), DeliveryBackoff.After(1000, 1));
    }
}
