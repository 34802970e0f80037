using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Ingestion.Sums;
using PerfPlatform.Tests.Ingestion;
using PerfPlatform.TestServers;
using StackExchange.Redis;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>Deltas at several instances of intake, whose running sums are in a real Redis.</summary>
public sealed class SharedSumsTests(ServersFixture servers)
{
    [Fact]
    public async Task Deltas_ByTurnsAtTwoInstancesOfWhichOneDies_GrowByWhatWasSent()
    {
        await using var redis = await ConnectAsync((await servers.RedisAsync()).CreateDatabase());
        Instance[] instances = [new(redis), new(redis)];
        var samples = new List<TakenSample>();
        for (var i = 1; i <= 20; i++)
        {
            if (i == 10) instances[1] = new(redis);
            var body = Requests(Now + (i * 1000), i);
            samples.AddRange(await instances[i % 2].TakeAsync(body));
            // Its answer was lost, and the other instance gets it too.
            if (i % 4 == 0) samples.AddRange(await instances[1 - (i % 2)].TakeAsync(body));
        }

        foreach (var series in samples.GroupBy(s => (s.Metric, s.Labels)))
        {
            // Of the exponential histogram nothing lies at or below 1.
            var deltas = series.Key.Metric == "requests" ? Enumerable.Range(1, 20).Sum() : series.Key is ("size_bucket", "{le=\"1\"}") ? 0 : 20;
            Assert.Equal((series.Key, (double)deltas), (series.Key, Increase(series)));
        }

        Assert.Equal(9, samples.Select(s => (s.Metric, s.Labels)).Distinct().Count());
    }

    [Fact]
    public async Task Deltas_RedisCameUpAgain_GrowOnFromZeroAndAreNotCountedTwice()
    {
        await using var server = new RedisFixture();
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var redis = await ConnectAsync(server.ConnectionString);
        var instance = new Instance(redis);
        var samples = new List<TakenSample>(await instance.TakeAsync(Requests(Now, 1000)));
        await server.StopAsync(TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<SinkUnavailableException>(() => instance.TakeAsync(Requests(Now + 1000, 5)));
        Assert.Contains("running sums", refused.Message, StringComparison.Ordinal);
        // What is no delta needs no Redis.
        Assert.Single(await instance.TakeAsync(Request(ResourceMetrics([], Gauge("level", "", Number(Now, 1))))));
        await server.ResumeAsync(TestContext.Current.CancellationToken);
        samples.AddRange(await EventuallyAsync(instance, Requests(Now + 1000, 5)));
        Assert.Equal(1005, Increase(samples.Where(s => s.Metric == "requests")));
    }

    [Fact]
    public async Task Deltas_SumsOfAnotherRunOfRedis_HaveNotBegun()
    {
        // As where Redis had written a sum and lost the next: to go on with the older one would be a fall, which counts as a restart from its full height.
        await using var redis = await ConnectAsync((await servers.RedisAsync()).CreateDatabase());
        var samples = new List<TakenSample>(await new Instance(redis).TakeAsync(Requests(Now, 1000)));
        foreach (var key in await KeysAsync(redis))
        {
            var kept = (byte[])(await redis.GetDatabase().StringGetAsync(key))!;
            await redis.GetDatabase().StringSetAsync(key, (byte[])[.. "00000000"u8, .. kept[8..]]);
        }

        samples.AddRange(await new Instance(redis).TakeAsync(Requests(Now + 1000, 5)));
        Assert.Equal([(Now + 1, 0.0), (Now + 1000, 5)], samples.Where(s => s.Metric == "requests" && s.Time > Now).OrderBy(s => s.Time).Select(s => (s.Time, s.Value)));
        Assert.Equal(1005, Increase(samples.Where(s => s.Metric == "requests")));
    }

    [Fact]
    public async Task Deltas_TwoRequestsAtATime_OneComesAgain()
    {
        await using var redis = await ConnectAsync((await servers.RedisAsync()).CreateDatabase());
        var sums = new SharedSums(redis, Options.Create(new IngestionOptions()));
        LentSums[] both = [new(), new()];
        var key = new SumKey(new(1, 2), IsBuckets: false);
        var loans = new List<SumLoan>();
        foreach (var one in both)
        {
            one.Ask(key);
            loans.Add(await sums.LendAsync(one, CancellationToken.None));
            one.Set(key, [1, 2, 3]);
        }

        await sums.GiveBackAsync(both[0], loans[0], CancellationToken.None);
        await Assert.ThrowsAsync<SinkUnavailableException>(() => sums.GiveBackAsync(both[1], loans[1], CancellationToken.None));
    }

    [Fact]
    public async Task Deltas_OfASeriesThatNoLongerComes_AreForgotten()
    {
        await using var redis = await ConnectAsync((await servers.RedisAsync()).CreateDatabase());
        await new Instance(redis).TakeAsync(Requests(Now, 1));
        foreach (var key in await KeysAsync(redis)) Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
    }

    private static byte[] Requests(long time, int delta) => Request(ResourceMetrics(
        [],
        Sum("requests", Delta, true, Since(time - 1000, Integer(time, delta))),
        Histogram("latency", Delta, Since(time - 1000, HistogramPoint(time, 1, [1], [], packed: true))),
        ExponentialHistogram("size", Delta, Since(time - 1000, ExponentialPoint(time, 0, 0, (0, [1]), sum: 1)))));

    // As a query computes it.
    private static double Increase(IEnumerable<TakenSample> series)
    {
        var changes = new SampleChanges(SeriesFunction.Increase);
        var sum = 0.0;
        foreach (var sample in series.DistinctBy(s => (s.Time, s.Value)).OrderBy(s => s.Time))
        {
            if (changes.TryNext(sample.Time, sample.Value, out var change)) sum += change;
        }

        return sum;
    }

    private static async Task<IReadOnlyList<TakenSample>> EventuallyAsync(Instance instance, byte[] body)
    {
        IReadOnlyList<TakenSample> taken = [];
        await TestServers.Topology.Wait.ForAsync("Redis answers", async () =>
        {
            try
            {
                taken = await instance.TakeAsync(body);
                return true;
            }
            catch (SinkUnavailableException)
            {
                return false;
            }
        });
        return taken;
    }

    private static async Task<RedisKey[]> KeysAsync(IConnectionMultiplexer redis)
    {
        var keys = (RedisKey[])(await redis.GetDatabase().ExecuteAsync("KEYS", "perfplatform:sum:*"))!;
        Assert.NotEmpty(keys);
        return keys;
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(string redis)
    {
        var options = ConfigurationOptions.Parse(redis);
        (options.AbortOnConnectFail, options.BacklogPolicy, options.AsyncTimeout, options.AllowAdmin) = (false, BacklogPolicy.FailFast, 2000, true);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>An instance of intake without HTTP: what it remembers by itself ends with it.</summary>
    private sealed class Instance(IConnectionMultiplexer redis)
    {
        private readonly IntakeHarness _harness = new();
        private readonly OtlpIntake _intake = new(new OtlpResources());
        private readonly DeltaReading _reading = new(new SharedSums(redis, Options.Create(new IngestionOptions())));

        public async Task<IReadOnlyList<TakenSample>> TakeAsync(byte[] body)
        {
            var request = _harness.Begin();
            await _reading.ReadAsync(request, taking => _intake.Read(body, taking), TestContext.Current.CancellationToken);
            Assert.Equal("", request.Rejections.ToString());
            return _harness.Samples(request);
        }
    }
}
