using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>One rule, row or change that cannot be dealt with ends no background service and holds up no other.</summary>
public sealed class BadItemsTests(ServersFixture servers)
{
    private static readonly LabelSet s_host = LabelSet.Of(("host.name", "web-1"));

    // Rows that are not ours, one that cannot be deleted when its time has come, a delivery that cannot be written down, and changes that cannot.
    private const string Spoil = """
        INSERT INTO alerting.rule (id, name, definition, version, created_at, updated_at) VALUES
            ('00000000000000000000000000000001', 'a', '"nonsense"', 1, now(), now()), ('00000000000000000000000000000002', 'b', 'null', 1, now(), now()),
            ('00000000000000000000000000000003', 'c', '{"name":"c","metric":"m","labels":{"a":null}}', 1, now(), now());
        INSERT INTO alerting.alert (id, fingerprint, rule_id, name, state, severity, labels, group_labels, annotations, value, threshold, chart, began_at, resolved_at, updated_at) VALUES
            (gen_random_uuid(), '\x00', 'x', 'x', 'firing', 'nonsense', '{}', '{}', '{}', 0, 0, '', now(), NULL, now()),
            (gen_random_uuid(), '\x00', 'x', 'old', 'resolved', 'warning', '{}', '{}', '{}', 0, 0, '', now() - interval '3 years', now() - interval '3 years', now());
        INSERT INTO alerting.silence (id, matchers, starts_at, ends_at, created_by, created_at) VALUES
            (gen_random_uuid(), '{nonsense}', now(), now() + interval '1 day', 'x', now()), (gen_random_uuid(), '{}', now(), now() + interval '1 day', 'x', now());
        INSERT INTO alerting.webhook (id, definition, secret, enabled, created_at, updated_at) VALUES
            ('00000000-0000-0000-0000-000000000001', '{"url":"http://127.0.0.1:9/","format":"carrier-pigeon"}', 'x', true, now(), now()), ('00000000-0000-0000-0000-000000000002', 'null', 'x', true, now(), now());
        INSERT INTO alerting.delivery (id, webhook_id, rule_name, event, body, status, attempts, created_at, next_attempt_at, expires_at) VALUES
            ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000001', 'x', 'alert.firing', '{}', 'pending', 0, now(), now(), now() + interval '1 day');
        CREATE FUNCTION alerting.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
        CREATE TRIGGER no_delete BEFORE DELETE ON alerting.alert FOR EACH ROW WHEN (OLD.name = 'old') EXECUTE FUNCTION alerting.refuse();
        CREATE TRIGGER no_update BEFORE UPDATE ON alerting.delivery FOR EACH ROW WHEN (OLD.rule_name = 'x') EXECUTE FUNCTION alerting.refuse();
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

        // Each was met, by its own service, and none ended one: that would be started again.
        foreach (var line in (string[])
        [
            "The rule 00000000000000000000000000000001 in the database cannot be read", "The rule 00000000000000000000000000000002", "The rule 00000000000000000000000000000003",
            "The webhook 00000000-0000-0000-0000-000000000001 cannot be read", "The webhook 00000000-0000-0000-0000-000000000002",
            "in the database cannot be read and is left out", "Deleting old alerts and deliveries met an error of ours", "Delivery 00000000-0000-0000-0000-000000000003 met an error of ours",
            "cannot be written and is left out",
        ])
        {
            await Wait.ForAsync(line, () => alerting.Said.Has(line), more: () => string.Join('\n', alerting.Said.Lines));
        }

        Assert.DoesNotContain(alerting.Said.Lines, line => line.Contains("starts again in", StringComparison.Ordinal));
        Assert.False(alerting.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }
}
