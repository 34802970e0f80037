using System.Net;
using Microsoft.Extensions.Configuration;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void From_NoProxies_BelievesNobody(string? setting) => Assert.Null(TrustedProxies.From(With(setting)));

    [Fact]
    public void From_AddressesAndNetworks_AreTheOnlyOnes()
    {
        var options = TrustedProxies.From(With("10.0.0.7, fd00::7,192.0.2.0/24"))!;
        Assert.Equal([IPAddress.Parse("10.0.0.7"), IPAddress.Parse("fd00::7")], options.KnownProxies);
        Assert.Equal([System.Net.IPNetwork.Parse("192.0.2.0/24")], options.KnownIPNetworks);
    }

    [Fact]
    public void From_SomethingElse_SaysWhatToWrite() =>
        Assert.Contains("holds 'proxy.example'", Assert.Throws<InvalidOperationException>(() => TrustedProxies.From(With("proxy.example"))).Message, StringComparison.Ordinal);

    private static IConfiguration With(string? setting) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [TrustedProxies.Setting] = setting }).Build();
}
