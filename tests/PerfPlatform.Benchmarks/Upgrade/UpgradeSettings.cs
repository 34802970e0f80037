namespace PerfPlatform.Benchmarks.Upgrade;

/// <summary>From which version, and how much load.</summary>
internal sealed record UpgradeSettings
{
    public const string Usage = "upgrade [--from REVISION] [--rate SAMPLES_PER_SECOND] [--between SECONDS]";

    /// <summary>What git calls the old version.</summary>
    public required string From { get; init; }

    public required int Rate { get; init; }

    /// <summary>How long each version of the whole is left alone under load before the next service is replaced.</summary>
    public required TimeSpan Between { get; init; }

    /// <exception cref="FormatException">An argument is not known or not a number.</exception>
    public static UpgradeSettings Read(IReadOnlyList<string> args)
    {
        var arguments = new Arguments(args, Usage);
        return new UpgradeSettings
        {
            From = arguments.Text("--from") ?? throw new FormatException($"--from is missing; usage: {Usage}"),
            Rate = arguments.Number("--rate", 2_000),
            Between = TimeSpan.FromSeconds(arguments.Number("--between", 15)),
        };
    }
}
