using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.AppHost.Commands;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.AppHost.Tests;

/// <summary>The commands of the dashboard, executed as it does, and what came of them.</summary>
public sealed class CommandTests(RunningApp app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task MakeReport_Executed_LeavesAReportToDownload()
    {
        using var client = await app.ClientAsync();
        var result = await ExecuteAsync(ResourceNames.Reports, ReportCommand.Name);
        var newest = (await client.GetFromJsonAsync<JsonElement>("/api/v1/reports?limit=1")).GetProperty("items")[0];
        Assert.Equal("done", newest.GetProperty("status").GetString());
        var path = $"/api/v1/reports/{newest.GetProperty("id").GetString()}/download";
        Assert.StartsWith("<!doctype html>", await client.GetStringAsync(path), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(path, result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendTestAlert_Executed_ReachesAWebhookAndLeavesNoRule()
    {
        using var client = await app.ClientAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        using var added = await client.PostAsJsonAsync("/api/v1/webhooks", new { name = "the test's", url = receiver.Address, secret = WebhookReceiver.Secret, match = new[] { "alertname~Test alert.*" } });
        var webhook = await added.Content.ReadFromJsonAsync<JsonElement>();
        var result = await ExecuteAsync(ResourceNames.Alerting, TestAlertCommand.Name);
        Assert.Contains("the test's: took it (200)", result.Data!.Value, StringComparison.Ordinal);
        var firing = await receiver.NextAsync("alert.firing", Patience);
        Assert.StartsWith("Test alert", firing.GetProperty("alerts")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        await receiver.NextAsync("alert.resolved", Patience);
        var rules = await client.GetFromJsonAsync<JsonElement>("/api/v1/alerts/rules?limit=1000");
        Assert.DoesNotContain(rules.GetProperty("items").EnumerateArray(), rule => rule.GetProperty("name").GetString()!.StartsWith("Test alert", StringComparison.Ordinal));
        using var removed = await client.DeleteAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}");
    }

    [Fact]
    public async Task SendTestAlert_WebhookRefuses_SaysWhich()
    {
        using var client = await app.ClientAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        using var added = await client.PostAsJsonAsync("/api/v1/webhooks", new { name = "of another secret", url = receiver.Address, secret = "not what the receiver has" });
        var webhook = await added.Content.ReadFromJsonAsync<JsonElement>();
        var result = await CommandAsync(ResourceNames.Alerting, TestAlertCommand.Name);
        Assert.False(result.Success);
        Assert.Contains("of another secret: ", result.Data!.Value, StringComparison.Ordinal);
        Assert.Contains("401", result.Data!.Value, StringComparison.Ordinal);
        using var removed = await client.DeleteAsync($"/api/v1/webhooks/{webhook.GetProperty("id").GetString()}");
    }

    [Fact]
    public async Task RunExampleLoad_ForSomeSeconds_LeavesItsSamples()
    {
        var running = await app.StartedAsync();
        var ingestion = running.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == ResourceNames.Ingestion);
        var seconds = ingestion.Annotations.OfType<ResourceCommandAnnotation>().Single(c => c.Name == ExampleLoadCommand.Name).Arguments;
        seconds.Single().Value = "4";
        // Every replica has the command: here all of them are told.
        var result = await running.ResourceCommands.ExecuteCommandAsync(ingestion, ExampleLoadCommand.Name, new InteractionInputCollection(seconds));
        Assert.True(result.Success, result.Message + result.Data?.Value);
        using var client = await app.ClientAsync();
        await Wait.ForAsync(
            "the example's samples",
            () => client.GetFromJsonAsync<JsonElement>("/api/v1/latest?metric=documents.backlog"),
            latest => latest.GetProperty("items").GetArrayLength() == 1,
            Patience);
    }

    [Fact]
    public async Task BackUp_Executed_WritesWhatCanBeRestored()
    {
        using var client = await app.ClientAsync();
        await Wait.ForAsync("something to back up", () => client.GetFromJsonAsync<JsonElement>("/api/v1/metrics"), metrics => metrics.GetProperty("items").GetArrayLength() > 0, Patience);
        var result = await ExecuteAsync(ResourceNames.Metrics, BackupCommand.Name);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(app.Data, "backups"), "*.backup"));
        Assert.EndsWith(file, result.Message, StringComparison.Ordinal);

        // By the same program, as docs/operations.md says.
        var running = await app.StartedAsync();
        var connection = new NpgsqlConnectionStringBuilder(await running.GetConnectionStringAsync(ResourceNames.Metrics));
        var series = await QueryAsync(connection, "SELECT count(*) FROM metrics.series");
        await QueryAsync(connection, "CREATE DATABASE restored");
        connection.Database = "restored";
        await RestoreAsync(connection.ConnectionString, await running.GetConnectionStringAsync(ResourceNames.Redis) + ",defaultDatabase=1", file);
        Assert.True(series > 0);
        Assert.InRange(await QueryAsync(connection, "SELECT count(*) FROM metrics.series"), 1, series);
        Assert.True(await QueryAsync(connection, "SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_schema = 'metrics'") > 0);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command)
    {
        var result = await CommandAsync(resource, command);
        Assert.True(result.Success, result.Message + result.Data?.Value);
        return result;
    }

    private async Task<ExecuteCommandResult> CommandAsync(string resource, string command) => await (await app.StartedAsync()).ResourceCommands.ExecuteCommandAsync(resource, command);

    private static async Task<long> QueryAsync(NpgsqlConnectionStringBuilder connection, string text)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    private static async Task RestoreAsync(string database, string redis, string file)
    {
        var program = Path.Combine(Repository.Root, "services/PerfPlatform.Standalone/bin", Repository.Configuration, "net10.0/PerfPlatform.Standalone.dll");
        var start = new ProcessStartInfo("dotnet", [program, "restore", file]) { RedirectStandardError = true };
        start.Environment["ConnectionStrings__metrics"] = database;
        start.Environment["ConnectionStrings__redis"] = redis;
        start.Environment["PERFPLATFORM_SERVERS"] = TestPrograms.Programs.Folder;
        using var restore = Process.Start(start)!;
        var said = await restore.StandardError.ReadToEndAsync();
        await restore.WaitForExitAsync();
        Assert.True(restore.ExitCode == 0, said);
    }
}
