using System.Text;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Lookup;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Lookup;

public sealed class SpellingsTests
{
    private const int SeriesCount = 1200;

    /// <summary>Whatever happens in whatever order, the cache knows what a dictionary knows, and no sample travels by another id than the registry's.</summary>
    [Property(MaxTest = 30)]
    public void SendAgeRegisterRedescribe_AnyInterleaving_KnowsWhatADictionaryKnows(int seed)
    {
        var random = new Random(seed);
        var model = new CacheModel(partitions: random.Next(1, 4));
        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    model.Age();
                    break;
                case 1:
                    var offset = random.Next(4) == 0 ? 5000 : 0;
                    model.Register(Enumerable.Range(0, SeriesCount).Where(_ => random.Next(2) == 0).ToList(), number => number + 1 + offset, newEpoch: random.Next(3) == 0);
                    break;
                case 2:
                    var (modulus, unit) = (random.Next(1, 9), $"unit {random.Next(3)}");
                    model.Redescribe(number => number % modulus == 0, unit);
                    break;
                default:
                    // A run of series in the order that senders keep, sometimes another, sometimes one of them twice.
                    var (first, length, variant) = (random.Next(SeriesCount), random.Next(400), random.Next(4) == 0 ? 1 : 0);
                    var run = Enumerable.Range(first, length).Select(i => (i % SeriesCount, variant)).ToArray();
                    if (random.Next(4) == 0) random.Shuffle(run);
                    model.Send(random.Next(4) == 0 ? run.SelectMany(one => new[] { one, one }) : run);
                    break;
            }
        }

        // The first time brings what is missing, the second learns what follows what, the third guesses each but the first.
        for (var i = 0; i < 2; i++) model.Send(Enumerable.Range(0, SeriesCount).Select(number => (number, 0)));
        var before = model.Guessed;
        model.Send(Enumerable.Range(0, SeriesCount).Select(number => (number, 0)));
        Assert.Equal(SeriesCount - 1, model.Guessed - before);
    }

    [Fact]
    public void Age_MostOfABlockForgotten_KeepsTheRestInFewerBlocks()
    {
        var spellings = new Spellings(100_000);
        var series = new CachedSeries(SeriesDescriptor.Of("up", LabelSet.Empty), 0, KeyQuota.Own);
        const int each = 5000, staying = 500;
        for (var generation = 0; generation < 40; generation++)
        {
            // A few of each generation go on coming; all others came once.
            for (var number = 0; number < generation * each; number += staying)
            {
                Assert.True(spellings.TryFind(Bytes(number), default, out var found, out var known));
                Assert.Same(series, known);
                found.Record.Generation = generation;
            }

            for (var i = 0; i < each; i++) spellings.Add(Bytes((generation * each) + i), series, generation);
            spellings.Age(generation);
            // 5000 spellings of 150 bytes fill 12 blocks; what stays, one more.
            Assert.InRange(spellings.Blocks, 12, 16);
        }

        static byte[] Bytes(int number) => Encoding.ASCII.GetBytes($"{number:d8}{new string('y', 142)}");
    }

    [Fact]
    public void Age_AllForgotten_LeavesOnlyOpenBlocks()
    {
        var spellings = new Spellings(100_000);
        var series = new CachedSeries(SeriesDescriptor.Of("up", LabelSet.Empty), 0, KeyQuota.Own);
        for (var i = 0; i < 3000; i++) spellings.Add(Encoding.ASCII.GetBytes($"{i}{new string('z', i % 100 == 0 ? 40_000 : 60)}"), series, 1);
        Assert.InRange(spellings.Blocks, 30, 50);
        spellings.Age(2);
        Assert.Equal(1, spellings.Blocks);
        Assert.False(spellings.TryFind("7"u8, default, out _, out _));
    }

    [Fact]
    public void Age_FullOfTheShortestSpellings_LeavesTheBlocksAsTheyAre()
    {
        var spellings = new Spellings(100_000);
        var series = new CachedSeries(SeriesDescriptor.Of("up", LabelSet.Empty), 0, KeyQuota.Own);
        for (var i = 0; i < 3000; i++) spellings.Add(Encoding.ASCII.GetBytes($"{i:x}"), series, 1);
        Assert.True(spellings.TryFind("5"u8, default, out var before, out _));
        spellings.Age(1);
        Assert.True(spellings.TryFind("5"u8, default, out var after, out _));
        Assert.Equal(before, after);
    }

    /// <summary>While others learn, forget, describe anew and give ids, a request gets the series that its bytes say, or none; and its id of its own epoch.</summary>
    [Fact]
    public async Task Find_WhileOthersChange_NeverAnswersAnotherSeries()
    {
        const int senders = 3, series = 2000, rounds = 10;
        var harness = new IntakeHarness(new IngestionOptions { SeriesIdleTime = TimeSpan.FromMinutes(10) });
        var epochs = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        var keys = Enumerable.Range(0, series).Select(i => Encoding.ASCII.GetBytes(CacheModel.Spelling(i, 0))).ToArray();
        var descriptors = Enumerable.Range(0, series).Select(i => SeriesDescriptor.Of($"m{i}", LabelSet.Empty)).ToArray();
        var fingerprints = descriptors.SelectMany(d => d.Fingerprint.ToBytes()).ToArray();
        var (running, byId) = (0, 0L);

        // Several times, because what went wrong may be forgotten again.
        for (var time = 0; time < 6; time++)
        {
            running = senders;
            await Task.WhenAll([.. Enumerable.Range(0, senders).Select(s => OnItsOwnThread(() => Send(s))), OnItsOwnThread(Change)]);
            Labelled();
            var last = $"last {time}";
            harness.Cache.Redescribe(d => d with { Unit = last });
            // Each once with its new description, by whatever spelling it is known.
            Assert.Equal(series, Labelled().Count(unit => unit == last));
            harness.Cache.Register(epochs[0], fingerprints, [.. Enumerable.Range(1, series)]);
            Assert.Empty(Labelled());
        }

        Assert.True(byId > 0);

        // A pool that is busy with other tests would let them run one after the other.
        static Task OnItsOwnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Send(int sender)
        {
            try
            {
                var random = new Random(sender);
                for (var round = 0; round < rounds; round++)
                {
                    // Not all of them come all the time: what is left out grows old.
                    var first = random.Next(series);
                    Check(Enumerable.Range(first, 300).Select(i => i % series), out _);
                }
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }

        void Check(IEnumerable<int> numbers, out List<string> units)
        {
            units = [];
            var request = harness.Begin();
            foreach (var number in numbers)
            {
                var known = request.TryFindNext(keys[number], out var found, out _) || request.TryFind(keys[number], out found) ? found! : request.Introduce(keys[number], descriptors[number])!;
                Assert.Equal($"m{number}", known.Descriptor.Metric.Value);
                request.Add(known, request.Now, number);
            }

            var batch = Assert.Single(harness.Build(request));
            var epoch = Array.IndexOf(epochs, batch.Epoch);
            foreach (var entry in batch.Series)
            {
                var number = (int)batch.Values[entry.Start];
                if (entry.Descriptor is { } descriptor)
                {
                    Assert.Equal($"m{number}", descriptor.Metric.Value);
                    units.Add(descriptor.Unit);
                    continue;
                }

                Assert.Equal((epoch * series) + number + 1, entry.Id);
                Interlocked.Increment(ref byId);
            }
        }

        List<string> Labelled()
        {
            Check(Enumerable.Range(0, series), out var units);
            return units;
        }

        void Change()
        {
            var random = new Random(99);
            var epoch = 0;
            for (var i = 0; Volatile.Read(ref running) > 0; i++)
            {
                switch (random.Next(12))
                {
                    case 0:
                        harness.Clock.Advance(TimeSpan.FromMinutes(5));
                        harness.Cache.Age();
                        break;
                    case 1:
                        var unit = $"u{i}";
                        harness.Cache.Redescribe(d => d.Fingerprint.Low % 7 == (uint)i % 7 ? d with { Unit = unit } : d);
                        break;
                    default:
                        if (random.Next(50) == 0) epoch = (epoch + 1) % epochs.Length;
                        harness.Cache.Register(epochs[epoch], fingerprints, [.. Enumerable.Range((epoch * series) + 1, series)]);
                        break;
                }

                Thread.Yield();
            }
        }
    }
}
