using System.Globalization;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>The intake load.</summary>
public sealed record IngestSettings
{
    public const string Usage = "[--url http://host:port --key KEY [--pid PID]] [--path /api/v1/write] [--series N] [--batch N] [--connections N] [--seconds N]";

    /// <summary>The server to load, or null: Standalone is started for it.</summary>
    public Uri? Url { get; init; }

    public string? Key { get; init; }

    /// <summary>The server's process, whose tree is measured; 0 where it is not on this machine.</summary>
    public int Pid { get; init; }

    public string Path { get; init; } = "/api/v1/write";

    public int Series { get; init; } = 10_000;

    /// <summary>Samples in a request.</summary>
    public int Batch { get; init; } = 2_000;

    public int Connections { get; init; } = 4;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <exception cref="FormatException">An argument is not known or not a number.</exception>
    public static IngestSettings From(IReadOnlyList<string> args)
    {
        var settings = new IngestSettings();
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new FormatException($"{args[i]} has no value; usage: ingest {Usage}");
            settings = args[i] switch
            {
                "--url" => settings with { Url = new Uri(value) },
                "--key" => settings with { Key = value },
                "--pid" => settings with { Pid = Number(value) },
                "--path" => settings with { Path = value },
                "--series" => settings with { Series = Number(value) },
                "--batch" => settings with { Batch = Number(value) },
                "--connections" => settings with { Connections = Number(value) },
                "--seconds" => settings with { Duration = TimeSpan.FromSeconds(Number(value)) },
                _ => throw new FormatException($"{args[i]} is not known; usage: ingest {Usage}"),
            };
        }

        return settings;
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new FormatException($"'{text}' is not a whole number above 0.");
}
