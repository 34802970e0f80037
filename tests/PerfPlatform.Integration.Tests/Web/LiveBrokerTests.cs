using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers.Topology;
using PerfPlatform.Web.Live;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>The live feed behind a real RabbitMQ: its queue is there while somebody watches, and no longer.</summary>
public sealed class LiveBrokerTests(ServersFixture servers) : IAsyncLifetime
{
    private static readonly LabelSet Labels = LabelSet.Of(("host.name", "web-1"));

    private readonly string _virtualHost = "live-" + Guid.NewGuid().ToString("N");
    private readonly Clock _clock = new();
    private HttpClient _management = null!;
    private string _broker = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
    }

    public async ValueTask DisposeAsync()
    {
        await _management.DeleteAsync("vhosts/" + _virtualHost);
        _management.Dispose();
    }

    [Fact]
    public async Task Subscribe_OverABroker_GetsWhatIsPublishedFromThenOnAndLeavesNoQueueBehind()
    {
        await using var host = await WebHost.StartAsync(servers, new() { ["ConnectionStrings:rabbitmq"] = _broker }, s => s.AddSingleton<TimeProvider>(_clock));
        // Waits for the connection, and declares the exchange.
        await PublishAsync(host, 1000);
        Assert.Equal(0, await QueuesAsync());

        await using (var connection = new HubConnectionBuilder().WithUrl(new Uri(host.Address, "/hub/live"), await KeyAsync(host)).Build())
        {
            var pushes = Channel.CreateUnbounded<LivePush>();
            connection.On<LivePush>("Points", push => pushes.Writer.TryWrite(push));
            await connection.StartAsync(Cancel);
            await connection.InvokeAsync("Subscribe", new[] { new LiveSubscription("a", "cpu", ["host.name=web-1"]) }, Cancel);
            // The first is enough, unless the machine is so busy that the broker needed longer for the queue than a browser waits.
            LivePush? push;
            for (var time = 2000; !pushes.Reader.TryRead(out push); time += 1000)
            {
                await PublishAsync(host, time);
                await Task.WhenAny(pushes.Reader.WaitToReadAsync(Cancel).AsTask(), Task.Delay(TimeSpan.FromSeconds(5), Cancel));
                Cancel.ThrowIfCancellationRequested();
            }

            Assert.Equal(push.Series[0].Key, push.Points[0]);
            Assert.True(push.Points[1] >= 2000, "a sample from before the subscription");
            Assert.Equal(0.5, push.Points[2]);
            Assert.Equal(1, await QueuesAsync());
        }

        await Wait.ForAsync("nobody watches", () => !host.Services.GetRequiredService<LiveRouter>().IsWatched);
        Assert.Equal(1, await QueuesAsync());
        _clock.Ahead = TimeSpan.FromMinutes(1);
        await Wait.ForAsync("the queue is gone", QueuesAsync, queues => queues == 0);
    }

    private static async Task<Action<Microsoft.AspNetCore.Http.Connections.Client.HttpConnectionOptions>> KeyAsync(WebHost host)
    {
        var key = await host.KeyAsync("read");
        return options => options.AccessTokenProvider = () => Task.FromResult<string?>(key);
    }

    private static Task PublishAsync(WebHost host, long time)
    {
        var batch = SampleBatch.Of(Guid.Empty, new BatchStamp(time, 1, time), 3, (0, SeriesDescriptor.Of("cpu", Labels), [(time, 0.5)]));
        return host.Services.GetRequiredService<IBus>().Publish(
            new SamplesIngested { Partition = 3, Batches = [SampleBatchCodec.Encode(batch)] }, context => context.SetRoutingKey(SampleQueues.RoutingKey(3)), Cancel);
    }

    private async Task<int> QueuesAsync()
    {
        var queues = await _management.GetFromJsonAsync<JsonElement>($"queues/{_virtualHost}", Cancel);
        return queues.EnumerateArray().Count(q => q.GetProperty("name").GetString()!.StartsWith("perfplatform.feed.web.", StringComparison.Ordinal));
    }

    /// <summary>The system's clock, moved ahead.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }
}
