namespace PerfPlatform.Contracts;

/// <summary>Names of resources, shared by the AppHost, the services and the tests: connection strings and service discovery use them.</summary>
public static class ResourceNames
{
    /// <summary>The PostgreSQL database with TimescaleDB (<c>ConnectionStrings__metrics</c>).</summary>
    public const string Metrics = "metrics";

    /// <summary>Redis (<c>ConnectionStrings__redis</c>).</summary>
    public const string Redis = "redis";

    /// <summary>RabbitMQ (<c>ConnectionStrings__rabbitmq</c>).</summary>
    public const string RabbitMq = "rabbitmq";

    /// <summary>The intake service.</summary>
    public const string Ingestion = "ingestion";

    /// <summary>The metric store and what is computed from it.</summary>
    public const string Analysis = "analysis";

    /// <summary>Alert rules, their evaluation and notifications.</summary>
    public const string Alerting = "alerting";

    /// <summary>Reports and their schedules.</summary>
    public const string Reports = "reports";

    /// <summary>The web front end and proxy.</summary>
    public const string Web = "web";

    /// <summary>The host collector.</summary>
    public const string Agent = "agent";
}
