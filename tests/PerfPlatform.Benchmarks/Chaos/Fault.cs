namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>What is done to the running system.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Target">The service or server.</param>
/// <param name="From">Who uses it, where the trouble is between the two; else null.</param>
/// <param name="Replica">Which of its replicas, as a part of one.</param>
/// <param name="Time">How long it lasts: how long what was killed is away, or what was stopped stands still.</param>
internal sealed record Fault(string Kind, string Target, string? From, double Replica, TimeSpan Time)
{
    public const string Kill = "kill", Stop = "stop", Broker = "broker", Database = "database", Redis = "redis", RedisEmpty = "redis-empty", Disk = "disk", Cut = "cut", Stall = "stall", Slow = "slow";

    public static readonly string[] Kinds = [Kill, Stop, Broker, Database, Redis, RedisEmpty, Disk, Cut, Stall, Slow];

    // Analysis twice: it has the most to lose.
    private static readonly string[] Services = ["ingestion", "analysis", "analysis", "alerting", "reports", "web"];
    private static readonly string[] Disks = ["metrics", "rabbitmq"];
    private static readonly (string From, string To)[] Ways =
    [
        ("ingestion", "rabbitmq"), ("ingestion", "redis"), ("analysis", "rabbitmq"), ("analysis", "metrics"), ("analysis", "redis"), ("alerting", "rabbitmq"), ("alerting", "metrics"),
        ("alerting", "redis"), ("alerting", "analysis"), ("reports", "metrics"), ("web", "metrics"), ("web", "redis"), ("web", "analysis"), ("web", "alerting"),
    ];

    /// <summary>Where, as it is printed.</summary>
    public string Place => From is null ? Target : $"{From} to {Target}";

    /// <summary>The next fault of a seed.</summary>
    public static Fault Next(Random random, IReadOnlyList<string> kinds)
    {
        var kind = kinds[random.Next(kinds.Count)];
        var (from, target) = kind switch
        {
            Broker => (null, "rabbitmq"),
            Database => (null, "metrics"),
            Redis or RedisEmpty => (null, "redis"),
            Disk => (null, Disks[random.Next(Disks.Length)]),
            Cut or Stall or Slow => Ways[random.Next(Ways.Length)],
            _ => ((string?)null, Services[random.Next(Services.Length)]),
        };
        var (least, below) = kind switch
        {
            // RabbitMQ looks at a disk like this one every 8 s.
            Disk => (10, 20),
            Stop or Stall or Slow => (1, 20),
            _ => (1, 8),
        };
        return new Fault(kind, target, from, random.NextDouble(), TimeSpan.FromSeconds(random.Next(least, below)));
    }

    public override string ToString() => $"{Kind} {Place} for {Time.TotalSeconds:0} s";
}
