using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PerfPlatform.Alerting.Backtests;
using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>
/// A case of a <c>.test</c> file. Lines:
/// <code>
/// case what it shows
/// rule {"metric":"m","agg":"last","window":"5s","threshold":0.5}
/// series m{host.name=a} every 1s: 0x10 1x20 _x5 0
/// expect {host.name=a} pending 10s firing 12s resolved 30s
/// </code>
/// <c>0x10</c> is ten samples of 0, <c>_x5</c> five that do not come. Without an <c>expect</c> nothing must fire; an alert that still fires at the end has no <c>resolved</c>.
/// The end is that of the longest series, or <c>until 90s</c>.
/// </summary>
public sealed partial class RuleScript
{
    private const long Start = 1_700_000_000_000;

    private readonly List<RangeSeries> _series = [];
    private AlertRule? _rule;
    private long _until;

    public string Name { get; private init; } = "";

    public List<string> Expected { get; } = [];

    public static IEnumerable<RuleScript> Read(string text)
    {
        RuleScript? script = null;
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var (word, rest) = line.IndexOf(' ', StringComparison.Ordinal) is var at and > 0 ? (line[..at], line[(at + 1)..]) : (line, "");
            if (word == "case")
            {
                if (script is not null) yield return script;
                script = new RuleScript { Name = rest };
            }
            else
            {
                (script ?? throw new FormatException($"'{line}' comes before a case.")).Take(word, rest);
            }
        }

        if (script is not null) yield return script;
    }

    public IReadOnlyList<string> Run() =>
    [
        .. Replay.Run(_rule!, _series, _until, new EngineLimits { StaleAfter = 60_000 }, CancellationToken.None).Select(a =>
            $"{{{string.Join(',', a.Labels.Select(l => $"{l.Name}={l.Value}"))}}} pending {Seconds(a.PendingSince)} firing {Seconds(a.FiringSince)}"
            + (a.ResolvedAt is { } resolved ? $" resolved {Seconds(resolved)}" : "")),
    ];

    private void Take(string word, string rest)
    {
        switch (word)
        {
            case "rule":
                var definition = JsonSerializer.Deserialize<RuleDefinition>(rest, PerfPlatformJson.Options)! with { Name = Name };
                if (RuleValidation.Check(definition) is { } error) throw new FormatException(error);
                _rule = new AlertRule(definition) { Id = "rule" };
                break;
            case "series":
                TakeSeries(SeriesLine().Match(rest));
                break;
            case "until":
                _until = Start + (long)DurationText.Parse(rest).TotalMilliseconds;
                break;
            case "expect":
                Expected.Add(rest);
                break;
            default:
                throw new FormatException($"'{word}' is not known.");
        }
    }

    private void TakeSeries(Match match)
    {
        if (!match.Success) throw new FormatException("A series is written: series metric{label=value} every 1s: 0x10 1");
        var labels = match.Groups["labels"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=')).Select(l => new Label(l[0], l[1]));
        var every = (long)DurationText.Parse(match.Groups["every"].Value).TotalMilliseconds;
        var times = new List<long>();
        var values = new List<double?>();
        var at = Start;
        foreach (var part in match.Groups["values"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('x')))
        {
            for (var left = part.Length > 1 ? int.Parse(part[1], CultureInfo.InvariantCulture) : 1; left > 0; left--, at += every)
            {
                if (part[0] == "_") continue;
                times.Add(at);
                values.Add(double.Parse(part[0], CultureInfo.InvariantCulture));
            }
        }

        _until = Math.Max(_until, at);
        _series.Add(new RangeSeries(match.Groups["metric"].Value, LabelSet.From(labels), times, values));
    }

    private static string Seconds(DateTimeOffset time) => $"{(time.ToUnixTimeMilliseconds() - Start) / 1000.0:0.###}s";

    [GeneratedRegex(@"^(?<metric>[^{ ]+)\{(?<labels>[^}]*)\} every (?<every>\S+): (?<values>.+)$")]
    private static partial Regex SeriesLine();
}
