using System.Globalization;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>
/// Runs <c>testdata/*.test</c>. Lines: <c>clear [counter]</c>; <c>load step=1s host=a: 1 2 _ NaN</c> (samples from 0 on, <c>_</c> is none, <c>!</c> ends the series);
/// <c>flush</c>; <c>query from=0s to=10s step=5s agg=avg fn=rate by=host reduce=sum</c> followed by the expected lines
/// <c>  host=a: 1 _ 3</c>, or <c>  fails text</c>. Everything is asked before and after a flush.
/// </summary>
public sealed class QueryFileTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Analysis", "Queries", "testdata"), "*.test").Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Query_OfFile_AnswersAsItSays(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Analysis", "Queries", "testdata", file));
        var (store, stamp, asked) = (new MemoryStore(MetricKind.Gauge), 0L, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Split('#')[0].TrimEnd();
            if (line.Length == 0) continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words[0])
            {
                case "clear":
                    store.Dispose();
                    store = new MemoryStore(words.Length > 1 && words[1] == "counter" ? MetricKind.Counter : MetricKind.Gauge);
                    break;
                case "load":
                    store.Write(new BatchStamp(++stamp, 1, stamp), Load(line));
                    break;
                case "flush":
                    store.Flush();
                    break;
                case "query":
                    var expected = lines.Skip(i + 1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)).Select(l => l.Trim()).ToList();
                    Assert.Equal(expected, Ask(store, words));
                    store.Flush();
                    Assert.Equal(expected, Ask(store, words));
                    i += expected.Count;
                    asked++;
                    break;
                default:
                    Assert.Fail($"{file} line {i + 1}: '{words[0]}' is not known.");
                    break;
            }
        }

        store.Dispose();
        Assert.NotEqual(0, asked);
    }

    private static List<(LabelSet Labels, long Time, double Value)> Load(string line)
    {
        var parts = line.Split(':', 2);
        var words = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(w => w.Split('=', 2)).ToList();
        long Duration(string name, string otherwise) => (long)DurationText.Parse(words.Find(w => w[0] == name)?[1] ?? otherwise).TotalMilliseconds;
        var (step, start) = (Duration("step", "1s"), Duration("start", "0s"));
        var labels = LabelSet.From(words.Where(w => w[0] is not ("step" or "start")).Select(w => new Label(w[0], w[1])));
        return parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, i) => (text, i)).Where(v => v.text != "_")
            .Select(v => (labels, start + (v.i * step), Number(v.text))).ToList();
    }

    private static List<string> Ask(MemoryStore store, string[] words)
    {
        var given = words.Skip(1).Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => w[1]);
        try
        {
            var plan = RangePlan.Of(new RangeQuery
            {
                Selector = SeriesSelector.Of("m"),
                From = DateTimeOffset.UnixEpoch + DurationText.Parse(given["from"]),
                To = DateTimeOffset.UnixEpoch + DurationText.Parse(given["to"]),
                Step = QueryParameters.Step(given.GetValueOrDefault("step")),
                Aggregation = EnumWords.Read<Aggregation>("agg", given.GetValueOrDefault("agg")),
                Function = EnumWords.Read<SeriesFunction>("fn", given.GetValueOrDefault("fn")),
                Reduction = EnumWords.Read<Reduction>("reduce", given.GetValueOrDefault("reduce")),
                By = QueryParameters.By(given.TryGetValue("by", out var by) ? [by] : null),
            });
            return [.. store.Query(plan).Select(line => $"{Name(line.Labels)}: {Points(line, plan.Step == 0)}").Order(StringComparer.Ordinal)];
        }
        catch (QueryException e)
        {
            return ["fails " + e.Message];
        }
    }

    private static string Name(LabelSet labels) => labels.Count == 0 ? "all" : string.Join(' ', labels.Select(l => $"{l.Name}={l.Value}"));

    // Raw points are written with their time.
    private static string Points(RangeSeries line, bool raw) =>
        string.Join(' ', line.Values.Select((v, i) => (raw ? DurationText.Format(TimeSpan.FromMilliseconds(line.Times[i])) + "=" : "") + Text(v)));

    private static string Text(double? value) => value is not { } v ? "_" : double.IsPositiveInfinity(v) ? "+Inf" : double.IsNegativeInfinity(v) ? "-Inf" : v.ToString("G12", CultureInfo.InvariantCulture);

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "!" => BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0002),
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
