using Npgsql;

namespace PerfPlatform.Alerting.Database;

/// <summary>Tells a database that is away, or not migrated yet, from errors of ours.</summary>
public static class DatabaseTrouble
{
    /// <summary>What is raised where a write is left to the process that leads, and this one has ceased to: it will be told so in a moment, and ends its work.</summary>
    public const string NotLeading = "PP001";

    /// <summary>Whether trying again later can help.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState is NotLeading or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException or TimeoutException or System.Net.Sockets.SocketException => true,
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };
}
