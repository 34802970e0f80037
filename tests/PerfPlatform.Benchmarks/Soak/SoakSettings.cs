namespace PerfPlatform.Benchmarks.Soak;

/// <summary>How long, and how much.</summary>
internal sealed record SoakSettings
{
    public const string Usage = "soak [--minutes N] [--rate SAMPLES_PER_SECOND]";

    public required TimeSpan Duration { get; init; }

    /// <summary>Samples per second; null: half of what the machine takes, which is measured first.</summary>
    public required int? Rate { get; init; }

    /// <exception cref="FormatException">An argument is not known or not a number.</exception>
    public static SoakSettings From(IReadOnlyList<string> args)
    {
        var arguments = new Arguments(args, Usage);
        return new SoakSettings
        {
            Duration = TimeSpan.FromMinutes(arguments.Number("--minutes", 30)),
            Rate = arguments.Text("--rate") is null ? null : arguments.Number("--rate", 0),
        };
    }
}
