using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.ServiceDiscovery;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Clients;

public sealed class ServiceAddressesTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<ServiceProvider> _services = [];
    private IPAddress[]? _dns = [];

    [Fact]
    public async Task Turn_EachTime_BeginsWithAnotherAndHasAll()
    {
        var addresses = Of("http://10.0.0.1:8080", "http://10.0.0.2:8080", "http://10.0.0.3:8080");
        var turns = new List<string[]>();
        for (var i = 0; i < 3; i++) turns.Add(await TurnAsync(addresses));
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], turns.Select(turn => turn[0]).Order());
        Assert.All(turns, turn => Assert.Equal(3, turn.Distinct().Count()));
    }

    [Fact]
    public async Task SetAside_ComesLast_UntilOneCallerFindsItBack()
    {
        var addresses = Of("http://10.0.0.1:8080", "http://10.0.0.2:8080");
        var dead = (await addresses.InTurnAsync(TestContext.Current.CancellationToken))[0];
        addresses.SetAside(dead, new HttpRequestException("refused"));
        for (var i = 0; i < 4; i++) Assert.Equal(dead.Uri.Host, (await TurnAsync(addresses))[1]);
        _clock.Advance(TimeSpan.FromSeconds(10));
        var firsts = new List<string>();
        for (var i = 0; i < 4; i++) firsts.Add((await TurnAsync(addresses))[0]);
        Assert.Single(firsts, dead.Uri.Host);
        addresses.SetBack(dead);
        firsts.Clear();
        for (var i = 0; i < 4; i++) firsts.Add((await TurnAsync(addresses))[0]);
        Assert.Equal(2, firsts.Count(first => first == dead.Uri.Host));
    }

    [Fact]
    public async Task Name_WithSeveralAddresses_IsEachOfThemAndFollowsDns()
    {
        var addresses = Of("http://analysis:8080");
        _dns = Ips("10.0.0.1");
        Assert.Equal(["analysis"], await TurnAsync(addresses));
        _dns = Ips("10.0.0.1", "fd00::2");
        Assert.Equal(["analysis"], await TurnAsync(addresses));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.0.0.1", "[fd00::2]"], (await TurnAsync(addresses)).Order());
        _dns = null;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.0.0.1", "[fd00::2]"], (await TurnAsync(addresses)).Order());
        _dns = Ips("10.0.0.3", "10.0.0.4");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["10.0.0.3", "10.0.0.4"], (await TurnAsync(addresses)).Order());
    }

    [Fact]
    public async Task Name_WithoutAnswerFromDns_StaysAName()
    {
        _dns = null;
        Assert.Equal(["analysis"], await TurnAsync(Of("http://analysis:8080")));
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080/api/v1/query?a=%2F")]
    [InlineData("https://10.0.0.1", "https://10.0.0.1/api/v1/query?a=%2F")]
    [InlineData("http://gate:81/inside/", "http://gate:81/inside/api/v1/query?a=%2F")]
    public void Address_OfARequest_KeepsPathAndQuery(string address, string expected) =>
        Assert.Equal(expected, new ServiceAddress(new Uri(address), null).Of(new Uri("http://analysis/api/v1/query?a=%2F")).AbsoluteUri);

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _services) await services.DisposeAsync();
    }

    private ServiceAddresses Of(params string[] addresses)
    {
        var settings = addresses.Select((address, i) => KeyValuePair.Create($"services:analysis:http:{i}", (string?)address));
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddServiceDiscovery()
            .BuildServiceProvider();
        _services.Add(services);
        return new ServiceAddresses(
            "analysis",
            services.GetRequiredService<ServiceEndpointResolver>(),
            (_, _) => _dns is null ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain)) : Task.FromResult(_dns),
            _clock,
            NullLogger.Instance);
    }

    private static async Task<string[]> TurnAsync(ServiceAddresses addresses) =>
        [.. (await addresses.InTurnAsync(TestContext.Current.CancellationToken)).Select(address => address.Uri.Host)];

    private static IPAddress[] Ips(params string[] addresses) => Array.ConvertAll(addresses, IPAddress.Parse);
}
