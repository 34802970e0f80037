using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What goes wrong without a fault of ours: a dependency that is away, a schema that is not there yet, a request that was broken off. Where it happened tells a reader nothing.</summary>
/// <param name="What">In a few words.</param>
/// <param name="Detail">The innermost reason, one line.</param>
/// <param name="IsShared">Whether it is one and the same trouble whoever meets it.</param>
internal sealed record ExpectedTrouble(string What, string Detail, bool IsShared)
{
    /// <summary>What an exception stands for, or null where it may be a fault of ours.</summary>
    public static ExpectedTrouble? Of(Exception exception)
    {
        if (ServerTrouble.Name(exception) is { } lacking) return new ExpectedTrouble(lacking, FirstLine(Innermost(exception).Message), IsShared: true);
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (Name(e) is { } known) return new ExpectedTrouble(known.What, FirstLine(Innermost(e).Message), known.IsShared);
        }

        return null;
    }

    private static (string What, bool IsShared)? Name(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } => ("the schema is not there yet", true),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => ("it was called off", false),
        // Connections, resources, and an operator (who stops or starts it).
        PostgresException e => e.SqlState[..2] is "08" or "53" or "57" ? ("PostgreSQL is away", true) : null,
        NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => ("PostgreSQL is away", true),
        RedisConnectionException or RedisTimeoutException => ("Redis is away", true),
        MassTransit.ConnectionException or BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException => ("RabbitMQ is away", true),
        MassTransit.MessageReturnedException or PublishException => ("RabbitMQ does not take the message", true),
        ConnectionResetException or ConnectionAbortedException or BadHttpRequestException => ("a request was broken off", true),
        OperationCanceledException { InnerException: not TimeoutException } => ("it was called off", false),
        HttpRequestException or SocketException or TimeoutException => ("no answer", false),
        _ => null,
    };

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;
}
