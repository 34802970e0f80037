namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>What is done to the running system.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Target">The service or server.</param>
/// <param name="Replica">Which of its replicas, as a part of one.</param>
/// <param name="Time">How long it lasts: how long what was killed is away, or what was stopped stands still.</param>
internal sealed record Fault(string Kind, string Target, double Replica, TimeSpan Time)
{
    public static readonly string[] Kinds = ["kill", "stop", "broker", "database", "redis", "redis-empty"];

    private static readonly string[] Services = ["ingestion", "analysis", "analysis", "alerting", "web"];

    /// <summary>The next fault of a seed.</summary>
    public static Fault Next(Random random, IReadOnlyList<string> kinds)
    {
        var kind = kinds[random.Next(kinds.Count)];
        var target = kind switch
        {
            "broker" => "rabbitmq",
            "database" => "metrics",
            "redis" or "redis-empty" => "redis",
            _ => Services[random.Next(Services.Length)],
        };
        return new Fault(kind, target, random.NextDouble(), TimeSpan.FromSeconds(random.Next(1, kind == "stop" ? 20 : 8)));
    }

    public override string ToString() => $"{Kind} {Target} for {Time.TotalSeconds:0} s";
}
