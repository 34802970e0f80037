using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using PerfPlatform.Web.Live;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>The live feed over a real connection: from a durable batch to the browser's side.</summary>
public sealed class LiveHubTests(ServersFixture servers)
{
    private static readonly Guid Epoch = Guid.NewGuid();
    private static readonly LabelSet Labels = LabelSet.Of(("host.name", "web-1"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Points_OfSubscribedSeries_ArriveWithin300Ms()
    {
        await using var host = await WebHost.StartAsync(servers, services: s => s.AddSingleton<ISeriesCatalog>(new Registry()));
        await using var connection = Connection(host, await host.KeyAsync("read"));
        var pushes = Pushes(connection);
        await connection.StartAsync(Cancel);
        await connection.InvokeAsync("Subscribe", new[] { new LiveSubscription("a", "cpu", ["host.name=web-1"]) }, Cancel);
        var listener = host.Services.GetRequiredService<ISampleListener>();

        listener.OnSamples(Batch(7, 1000, 0.5));
        var first = await pushes.ReadAsync(Wait.Limit);
        Assert.Equal(["a"], Assert.Single(first.Series).Subscriptions);
        Assert.Equal([first.Series[0].Key, 1000, 0.5], first.Points);

        var took = new List<TimeSpan>();
        for (var time = 2000; time <= 10_000; time += 1000)
        {
            var started = TimeProvider.System.GetTimestamp();
            listener.OnSamples(Batch(7, time, 0.75));
            var next = await pushes.ReadAsync(Wait.Limit);
            took.Add(TimeProvider.System.GetElapsedTime(started));
            Assert.Empty(next.Series);
            Assert.Equal([first.Series[0].Key, time, 0.75], next.Points);
        }

        // The median, so that one pause of a busy test machine does not count.
        Assert.InRange(took.Order().ElementAt(took.Count / 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task Points_OfOtherSeries_DoNotArrive()
    {
        await using var host = await WebHost.StartAsync(servers, services: s => s.AddSingleton<ISeriesCatalog>(new Registry()));
        await using var connection = Connection(host, await host.KeyAsync("read"));
        var pushes = Pushes(connection);
        await connection.StartAsync(Cancel);
        await connection.InvokeAsync("Subscribe", new[] { new LiveSubscription("a", "cpu", ["host.name=web-1"]) }, Cancel);
        var listener = host.Services.GetRequiredService<ISampleListener>();
        listener.OnSamples(Batch(8, 1000, 1));
        listener.OnSamples(Batch(7, 2000, 2));
        var push = await pushes.ReadAsync(Wait.Limit);
        Assert.Equal("web-1", Assert.Single(push.Series).Labels["host.name"]);
        Assert.Equal(3, push.Points.Count);
    }

    [Fact]
    public async Task Subscribe_BadFilter_SaysWhatToChange()
    {
        await using var host = await WebHost.StartAsync(servers);
        await using var connection = Connection(host, await host.KeyAsync("read"));
        await connection.StartAsync(Cancel);
        var error = await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync("Subscribe", new[] { new LiveSubscription("a", "cpu", ["nonsense"]) }, Cancel));
        Assert.Contains("is not a label filter", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("ingest", HttpStatusCode.Forbidden)]
    public async Task Connect_WithoutReadScope_IsRefused(string? scope, HttpStatusCode expected)
    {
        await using var host = await WebHost.StartAsync(servers);
        await using var connection = Connection(host, scope is null ? null : await host.KeyAsync(scope));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Cancel));
        Assert.Equal(expected, error.StatusCode);
    }

    private static SampleBatch Batch(int id, long time, double value) =>
        SampleBatch.Of(Epoch, new BatchStamp(time, 1, time), 0, (id, null, [(time, value)]));

    private static HubConnection Connection(WebHost host, string? key) =>
        new HubConnectionBuilder().WithUrl(new Uri(host.Address, "/hub/live"), options => options.AccessTokenProvider = () => Task.FromResult(key)).Build();

    private static ChannelReader<LivePush> Pushes(HubConnection connection)
    {
        var pushes = Channel.CreateUnbounded<LivePush>();
        connection.On<LivePush>("Points", push => pushes.Writer.TryWrite(push));
        return pushes.Reader;
    }

    // What the registry of Analysis would say of ids 7 and 8.
    private sealed class Registry : ISeriesCatalog
    {
        public Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken) =>
            Task.FromResult(new SeriesResolution(Epoch, [.. ids.Select(id => new ResolvedSeries(id, "cpu", id == 7 ? Labels : LabelSet.Of(("host.name", "web-2")), "1", MetricKind.Gauge))]));
    }
}
