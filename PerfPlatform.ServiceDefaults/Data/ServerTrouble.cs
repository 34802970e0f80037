using Npgsql;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What a server lacks that answers and yet does not take what it is given, in words that say what to do about it.</summary>
public static class ServerTrouble
{
    /// <summary>In a sentence without its end, or null where an exception stands for something else.</summary>
    public static string? Name(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (Of(e) is { } known) return known;
        }

        return null;
    }

    /// <summary>The same, or what the innermost exception says.</summary>
    public static string Reason(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Name(exception) is { } known ? known + "." : exception.GetBaseException().Message;
    }

    private static string? Of(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The disk of PostgreSQL is full",
        PostgresException { SqlState: PostgresErrorCodes.OutOfMemory } => "PostgreSQL is out of memory",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "PostgreSQL has no connection left",
        RedisServerException { Kind: RedisErrorKind.Misconfigured } => "Redis cannot write its file: its disk is full, or it may not write there",
        RedisServerException { Kind: RedisErrorKind.OutOfMemory } => "Redis is out of memory",
        _ => null,
    };
}
