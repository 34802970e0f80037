using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>One rule, row or change that cannot be dealt with ends no background service and holds up no other.</summary>
public sealed class BadItemsTests(ServersFixture servers)
{
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    // Rows that are not ours, one that cannot be deleted when its time has come, and changes that cannot be written.
    private const string Spoil = """
        INSERT INTO alerting.rule (id, name, definition, version, created_at, updated_at) VALUES
            ('00000000000000000000000000000001', 'a', '"nonsense"', 1, now(), now()), ('00000000000000000000000000000002', 'b', 'null', 1, now(), now()),
            ('00000000000000000000000000000003', 'c', '{"name":"c","metric":"m","labels":{"a":null}}', 1, now(), now());
        INSERT INTO alerting.alert (id, fingerprint, rule_id, name, state, severity, labels, group_labels, annotations, value, threshold, chart, began_at, resolved_at, updated_at) VALUES
            (gen_random_uuid(), '\x00', 'x', 'x', 'nonsense', 'warning', '{}', '{}', '{}', 0, 0, '', now(), NULL, now()),
            (gen_random_uuid(), '\x00', 'x', 'old', 'resolved', 'warning', '{}', '{}', '{}', 0, 0, '', now() - interval '3 years', now() - interval '3 years', now());
        INSERT INTO alerting.silence (id, matchers, starts_at, ends_at, created_by, created_at) VALUES
            (gen_random_uuid(), '{nonsense}', now(), now() + interval '1 day', 'x', now()), (gen_random_uuid(), '{}', now(), now() + interval '1 day', 'x', now());
        INSERT INTO alerting.webhook (id, definition, secret, enabled, created_at, updated_at) VALUES
            ('00000000-0000-0000-0000-000000000001', '{"url":"http://127.0.0.1:9/","format":"carrier-pigeon"}', 'x', true, now(), now()), ('00000000-0000-0000-0000-000000000002', 'null', 'x', true, now(), now());
        INSERT INTO alerting.delivery (id, webhook_id, rule_name, event, body, status, attempts, created_at, next_attempt_at, expires_at) VALUES
            (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'x', 'alert.firing', '{}', 'pending', 0, now(), now(), now() + interval '1 day');
        CREATE FUNCTION alerting.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
        CREATE TRIGGER no_delete BEFORE DELETE ON alerting.alert FOR EACH ROW WHEN (OLD.name = 'old') EXECUTE FUNCTION alerting.refuse();
        CREATE TRIGGER no_insert BEFORE INSERT ON alerting.alert FOR EACH ROW WHEN (NEW.name = 'Bad') EXECUTE FUNCTION alerting.refuse();
        """;

    [Fact]
    public async Task BackgroundServices_OneBadItemEach_GoOnWithTheOthers()
    {
        await using var database = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        await using (var first = await AlertingProcess.StartAsync(database.ConnectionString, redis, new RecordedSamples())) await first.ReadyAsync();
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        {
            await using var command = source.CreateCommand(Spoil);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var receiver = await WebhookReceiver.StartAsync();
        await using var alerting = await AlertingProcess.StartAsync(database.ConnectionString, redis, new RecordedSamples());
        await alerting.ReadyAsync();
        await alerting.PostAsync("/api/v1/webhooks", new { url = receiver.Url });
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "Bad", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
        await alerting.PostAsync("/api/v1/alerts/rules", new { name = "Good", metric = "test.load", agg = "last", window = "1m", threshold = 0.8 });
        alerting.Send("test.load", s_host, 0.9);
        var told = await receiver.WaitForAsync(r => r.Event == "alert.firing");
        Assert.Equal("Good", told.Json.GetProperty("alerts")[0].GetProperty("name").GetString());
        Assert.False(alerting.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }
}
