using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Lookup;

/// <summary>The cache of series beside a dictionary that says what it must know; every step is done to both and compared.</summary>
internal sealed class CacheModel
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly IntakeHarness _harness;
    private readonly Dictionary<string, int> _spellings = [];
    private readonly Dictionary<int, Known> _series = [];
    private Guid _epoch;
    private int _generation;

    public CacheModel(int partitions) => _harness = new IntakeHarness(new IngestionOptions { SeriesIdleTime = Idle, MaxSeries = 100_000 }, partitions);

    /// <summary>How often the spelling that was guessed to follow the last was the right one.</summary>
    public int Guessed { get; private set; }

    /// <summary>The spelling of a series: now and then long ones, of which few fill a block, or so long that each has its own.</summary>
    public static string Spelling(int series, int variant)
    {
        var length = (series % 50) switch { 0 => 20_000, < 10 => 3000, _ => 120 };
        return $"{{series {series}, spelling {variant}}}{new string('x', length)}#{series}.{variant}";
    }

    /// <summary>Sends a sample of each series, as a protocol does it: looks for what follows the last, then for the bytes, then introduces.</summary>
    public void Send(IEnumerable<(int Series, int Variant)> series)
    {
        var request = _harness.Begin();
        var expected = new List<(int Series, int Id, string Unit)>();
        foreach (var (number, variant) in series)
        {
            var text = Spelling(number, variant);
            var bytes = Encoding.ASCII.GetBytes(text);
            var guessed = request.TryFindNext([.. bytes, .. "and a sample"u8], out var found, out var length);
            if (guessed) Assert.Equal(bytes.Length, length);
            var known = guessed || request.TryFind(bytes, out found);
            Assert.Equal(_spellings.ContainsKey(text), known);
            if (guessed) Guessed++;
            found ??= request.Introduce(bytes, Descriptor(number, _series.GetValueOrDefault(number)?.Unit ?? ""))!;
            Assert.Equal($"m{number}", found.Descriptor.Metric.Value);
            Assert.Equal(RejectReason.None, request.Add(found, request.Now, number));

            _spellings[text] = _generation;
            if (!_series.TryGetValue(number, out var model)) _series[number] = model = new Known();
            model.Generation = _generation;
            var id = model.Take();
            // The second of two samples in a row lies with the first.
            if (expected.Count > 0 && expected[^1].Series == number) id = expected[^1].Id;
            expected.Add((number, id, model.Unit));
        }

        Compare(request, expected);
    }

    /// <summary>The registry gives ids: those of <paramref name="series"/> that the cache knows.</summary>
    public void Register(IReadOnlyList<int> series, Func<int, int> id, bool newEpoch)
    {
        if (newEpoch || _epoch == Guid.Empty)
        {
            _epoch = Guid.NewGuid();
            foreach (var known in _series.Values) known.Id = 0;
        }

        _harness.Cache.Register(_epoch, [.. series.SelectMany(s => Descriptor(s, "").Fingerprint.ToBytes())], [.. series.Select(id)]);
        foreach (var number in series)
        {
            if (_series.TryGetValue(number, out var known)) known.Id = id(number);
        }
    }

    /// <summary>The unit of some series is told anew.</summary>
    public void Redescribe(Func<int, bool> which, string unit)
    {
        _harness.Cache.Redescribe(d => which(Number(d)) && d.Unit != unit ? Descriptor(Number(d), unit) : d);
        foreach (var (number, known) in _series)
        {
            if (which(number) && known.Unit != unit) known.Redescribe(unit);
        }
    }

    /// <summary>Half of the idle time goes by.</summary>
    public void Age()
    {
        _harness.Clock.Advance(Idle / 2);
        _harness.Cache.Age();
        _generation++;
        foreach (var text in _spellings.Where(s => _generation - s.Value > 2).Select(s => s.Key).ToList()) _spellings.Remove(text);
        foreach (var number in _series.Where(s => _generation - s.Value.Generation > 2).Select(s => s.Key).ToList()) _series.Remove(number);
        Assert.Equal((_series.Count, _series.Count), (_harness.Cache.Count, _harness.Quota.Series));
    }

    private static SeriesDescriptor Descriptor(int number, string unit) => SeriesDescriptor.Of($"m{number}", LabelSet.Empty, unit: unit);

    private static int Number(SeriesDescriptor descriptor) => int.Parse(descriptor.Metric.Value[1..]);

    private void Compare(IntakeRequest request, List<(int Series, int Id, string Unit)> expected)
    {
        // Series of one partition come in their order; a series that came twice in a row is one entry.
        var taken = new List<(int Series, int Id, string? Unit)>();
        foreach (var batch in _harness.Build(request))
        {
            foreach (var entry in batch.Series)
            {
                for (var i = 0; i < entry.Count; i++) taken.Add(((int)batch.Values[entry.Start + i], entry.Id, entry.Descriptor?.Unit));
                if (entry.Id == 0) Assert.Equal($"m{(int)batch.Values[entry.Start]}", entry.Descriptor!.Metric.Value);
                else Assert.Equal(_epoch, batch.Epoch);
                Assert.Equal(batch.Partition, Descriptor((int)batch.Values[entry.Start], "").Fingerprint.Partition(_harness.Partitions));
            }
        }

        Assert.Equal(
            expected.Select(e => (e.Series, e.Id, Unit: e.Id == 0 ? e.Unit : null)).OrderBy(e => e.Series),
            taken.OrderBy(e => e.Series));
    }

    private sealed class Known
    {
        private bool _untold;

        public int Generation { get; set; }

        public int Id { get; set; }

        public string Unit { get; private set; } = "";

        public void Redescribe(string unit) => (Unit, _untold, Id) = (unit, true, 0);

        // A new description travels once, whatever id is known.
        public int Take()
        {
            var id = _untold ? 0 : Id;
            _untold = false;
            return id;
        }
    }
}
