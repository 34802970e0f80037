using Npgsql;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>A server that has no room is said so by name, in the log too.</summary>
public sealed class ServerTroubleTests
{
    public static TheoryData<Exception, string> Known => new()
    {
        { Postgres("53100"), "The disk of PostgreSQL is full" },
        { new InvalidOperationException("wrapped", new NpgsqlException("wrapped", Postgres("53100"))), "The disk of PostgreSQL is full" },
        { Postgres("53200"), "PostgreSQL is out of memory" },
        { Postgres("53300"), "PostgreSQL has no connection left" },
        { new RedisServerException(RedisErrorKind.Misconfigured, CommandFlags.None, "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."), "Redis cannot write its file: its disk is full, or it may not write there" },
        { new RedisServerException(RedisErrorKind.OutOfMemory, CommandFlags.None, "OOM command not allowed when used memory > 'maxmemory'."), "Redis is out of memory" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Name_ServerWithoutRoom_SaysWhich(Exception exception, string expected)
    {
        Assert.Equal(expected, ServerTrouble.Name(exception));
        Assert.Equal(expected + ".", ServerTrouble.Reason(exception));
        Assert.Equal(expected, ExpectedTrouble.Of(exception)?.What);
    }

    [Fact]
    public void Name_SomethingElse_IsNullAndTheReasonIsTheInnermost()
    {
        var exception = new InvalidOperationException("outer", new TimeoutException("inner"));
        Assert.Null(ServerTrouble.Name(exception));
        Assert.Equal("inner", ServerTrouble.Reason(exception));
        Assert.Equal("PostgreSQL is away", ExpectedTrouble.Of(Postgres("57P01"))?.What);
    }

    private static PostgresException Postgres(string state) => new("could not extend file \"base/5/16384\": No space left on device", "ERROR", "ERROR", state);
}
