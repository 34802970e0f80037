namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>How long, how much, and which faults.</summary>
internal sealed record ChaosSettings
{
    public const string Usage = "chaos [--seed N] [--minutes N] [--rate SAMPLES_PER_SECOND] [--every SECONDS] [--faults kill,stop,broker,database,redis,redis-empty,disk,cut,stall,slow]";

    /// <summary>The same seed has the same faults in the same order.</summary>
    public required int Seed { get; init; }

    public required TimeSpan Duration { get; init; }

    public required int Rate { get; init; }

    /// <summary>Between two faults.</summary>
    public required TimeSpan Every { get; init; }

    public required IReadOnlyList<string> Faults { get; init; }

    /// <exception cref="FormatException">An argument is not known or not a number.</exception>
    public static ChaosSettings From(IReadOnlyList<string> args)
    {
        var arguments = new Arguments(args, Usage);
        var faults = arguments.Names("--faults", Fault.Kinds);
        if (faults.FirstOrDefault(f => !Fault.Kinds.Contains(f)) is { } other) throw new FormatException($"'{other}' is no fault; usage: {Usage}");
        return new ChaosSettings
        {
            Seed = arguments.Number("--seed", 1),
            Duration = TimeSpan.FromMinutes(arguments.Number("--minutes", 2)),
            Rate = arguments.Number("--rate", 2_000),
            Every = TimeSpan.FromSeconds(arguments.Number("--every", 10)),
            Faults = faults,
        };
    }
}
