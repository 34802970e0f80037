using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>A normal first start fails nothing.</summary>
public sealed class FirstStartTests(ServersFixture servers)
{
    [Fact]
    public async Task Schema_OfANewDatabase_IsMadeWithoutAFailedCall()
    {
        await using var database = await servers.DatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        var calls = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = call =>
            {
                if (Equals(call.GetTagItem("db.namespace"), name)) calls.Enqueue(call);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using (var alerting = await AlertingProcess.StartAsync(database.ConnectionString, (await servers.RedisAsync()).CreateDatabase(), new RecordedSamples())) await alerting.ReadyAsync();
        Assert.NotEmpty(calls);
        Assert.DoesNotContain(calls, call => (call.GetTagItem("db.query.text") as string)?.Contains("migrations", StringComparison.Ordinal) == true && call.Status == ActivityStatusCode.Error);
    }
}
