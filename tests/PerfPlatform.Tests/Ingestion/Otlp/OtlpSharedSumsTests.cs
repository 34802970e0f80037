using FsCheck.Xunit;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Ingestion.Sums;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>Deltas of one sender at several instances of intake, which take the running sums from the same place.</summary>
public sealed class OtlpSharedSumsTests
{
    [Property(MaxTest = 50)]
    public void Read_ByTwoInstancesInAnyTurn_IsWhatOneWouldHaveTakenIn(byte[] turns)
    {
        var kept = new Dictionary<SumKey, byte[]>();
        var alone = new Instance();
        Instance[] two = [new(), new()];
        for (var i = 0; i < turns.Length; i++)
        {
            var body = Deltas(Now + (i * 1000), turns[i]);
            Assert.Equal(alone.Read(body), two[turns[i] % 2].Read(body, kept));
            // Sent again, to the other one.
            if (turns[i] % 5 == 0) Assert.Equal(alone.Read(body), two[1 - (turns[i] % 2)].Read(body, kept));
        }
    }

    [Fact]
    public void Read_OlderThanWhatAnotherInstanceTook_IsRefused()
    {
        var kept = new Dictionary<SumKey, byte[]>();
        new Instance().Read(Deltas(Now, 1), kept);
        var request = new Instance().Take(Deltas(Now - 1, 1), kept);
        Assert.Equal((0, 4), (request.Accepted, request.Rejections.Points));
        Assert.True(request.Rejections[RejectReason.OutOfOrderDelta] >= 4);
    }

    [Fact]
    public void Read_ToAsk_TakesNothingInAndForgetsNothing()
    {
        var instance = new Instance();
        var kept = new Dictionary<SumKey, byte[]>();
        byte[] Cumulated(long start, long time) => Request(ResourceMetrics([], Sum("requests", Cumulative, true, Since(start, Integer(time, 7)))));
        instance.Read(Cumulated(Now - 9000, Now), kept);
        // The counter began anew: its zero comes with the reading that counts.
        Assert.Equal([0, 7.0], instance.Read(Cumulated(Now + 10, Now + 20), kept).Select(s => s.Value));
        Assert.Empty(kept);
    }

    private static byte[] Deltas(long time, byte seed) => Request(ResourceMetrics(
        [],
        Sum("requests", Delta, true, Since(time - 1000, Integer(time, seed))),
        Sum("level", Delta, false, Integer(time, seed - 100)),
        Histogram("latency", Delta, Since(time - 1000, HistogramPoint(time, seed, [seed, 1, 2UL * seed], [1, 5], packed: true))),
        // Finer and coarser, here and there: bounds come, end and come again.
        ExponentialHistogram("size", Delta, Since(time - 1000, ExponentialPoint(time, (seed % 6) - 2, seed, ((seed % 7) - 3, [1, 0, seed]), (seed % 3, [seed]), seed, seed % 4 * 0.1)))));

    /// <summary>An instance of intake: what it remembers is its own.</summary>
    private sealed class Instance
    {
        private readonly IntakeHarness _harness = new();
        private readonly OtlpIntake _intake = new(new OtlpResources());

        public IReadOnlyList<TakenSample> Read(byte[] body, Dictionary<SumKey, byte[]>? kept = null)
        {
            var request = Take(body, kept);
            Assert.Equal("", request.Rejections.ToString());
            return _harness.Samples(request);
        }

        /// <summary>Reads with the sums that were kept, and keeps them; without, with those of its own.</summary>
        public IntakeRequest Take(byte[] body, Dictionary<SumKey, byte[]>? kept)
        {
            var request = _harness.Begin();
            if (kept is null)
            {
                _intake.Read(body, request);
                return request;
            }

            var sums = new LentSums();
            _intake.Read(body, request.ToAsk(sums));
            foreach (var key in sums.Keys.ToArray())
            {
                if (kept.TryGetValue(key, out var sum)) sums.Set(key, sum);
            }

            request.Sums = sums;
            _intake.Read(body, request);
            foreach (var key in sums.Keys)
            {
                if (sums.TryGet(key, out var sum) && sum.Length > 0) kept[key] = sum;
            }

            return request;
        }
    }
}
