using System.Diagnostics;
using System.Globalization;
using PerfPlatform.Analysis.Forecasts;

namespace PerfPlatform.Benchmarks.Forecasts;

/// <summary>The forecast of the service on the series of the M4 competition. Without the competition's test part the ends of the training part are forecast, in folds.</summary>
internal static class ForecastBenchmark
{
    public const string Usage = "analysis [--m4 TRAIN.csv] [--test TEST.csv] [--period 24] [--horizon 48] [--folds 3]";

    public static async Task RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        // The test part may follow the training part without a name.
        string[] named = args.Count > 2 && args[0] == "--m4" && !args[2].StartsWith("--", StringComparison.Ordinal) ? [.. args.Take(2), "--test", .. args.Skip(2)] : [.. args];
        var arguments = new Arguments(named, Usage);
        var (period, horizon) = (arguments.Number("--period", 24), arguments.Number("--horizon", 48));
        var train = await ReadAsync(arguments.Text("--m4") ?? throw new FormatException("--m4 names the file with the training series; usage: " + Usage), cancellationToken);
        if (arguments.Text("--test") is { } file)
        {
            var test = await ReadAsync(file, cancellationToken);
            if (test.Count != train.Count || test.Any(t => t.Length < horizon)) throw new FormatException($"{file} must have {horizon} values for each of the {train.Count} series.");
            Print("test", Run(train, test, period, horizon, cancellationToken));
            return;
        }

        var folds = arguments.Number("--folds", 3);
        var scores = new List<M4Score>();
        for (var fold = 0; fold < folds; fold++)
        {
            var end = fold * 3 * period;
            var score = Run([.. train.Select(s => s[..^(end + horizon)])], [.. train.Select(s => s[^(end + horizon)..^end])], period, horizon, cancellationToken);
            scores.Add(score.Score);
            Print($"fold {fold + 1}", score);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"OWA {scores.Average(s => s.Owa):0.000} sMAPE {scores.Average(s => s.Smape):0.00} MASE {scores.Average(s => s.Mase):0.000} coverage {scores.Average(s => s.Coverage):0.000} MSIS {scores.Average(s => s.Msis):0.00}"));
    }

    private static (M4Score Score, double Milliseconds) Run(IReadOnlyList<double[]> train, IReadOnlyList<double[]> test, int period, int horizon, CancellationToken cancellationToken)
    {
        var score = new M4Score();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < train.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var points = Math.Min(train[i].Length, ForecastCalculator.MostPoints);
            var seasons = Seasons.Of(points, TimeSpan.FromDays(1) / period);
            var estimate = ForecastCalculator.Estimate(train[i], seasons, horizon) ?? throw new InvalidOperationException($"Series {i + 1} is too short.");
            score.Add(train[i], test[i].AsSpan(0, horizon), estimate.Values, estimate.Low, estimate.High, M4Naive.Forecast(train[i], period, horizon), period);
        }

        return (score, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / train.Count);
    }

    private static void Print(string what, (M4Score Score, double Milliseconds) run) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {run.Score}, {run.Milliseconds:0.0} ms of CPU a series"));

    // A line a series: its name, then its values; a head, quotes and empty ends are left out.
    private static async Task<IReadOnlyList<double[]>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new FormatException($"There is no file {file}.");
        var series = new List<double[]>();
        foreach (var line in await File.ReadAllLinesAsync(file, cancellationToken))
        {
            var values = line.Split(',').Skip(1).Select(cell => cell.Trim('"', ' ')).Where(cell => cell.Length > 0).ToArray();
            if (values.Length > 0 && values.All(v => double.TryParse(v, CultureInfo.InvariantCulture, out _))) series.Add([.. values.Select(v => double.Parse(v, CultureInfo.InvariantCulture))]);
        }

        return series.Count > 0 ? series : throw new FormatException($"{file} has no series.");
    }
}
