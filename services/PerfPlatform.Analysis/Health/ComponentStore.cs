using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Health;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Health;

/// <summary>Definitions and history of components in the database.</summary>
public sealed partial class ComponentStore(IDbContextFactory<HealthDbContext> contexts, ILogger<ComponentStore> logger)
{
    /// <summary>All definitions, and when each component last called in.</summary>
    public async Task<IReadOnlyList<(string Name, ComponentDefinition Definition, DateTimeOffset PutAt, DateTimeOffset? LastHeartbeat)>> DefinitionsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Components.AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellationToken);
        return [.. rows.Select(r => (r.Name, Definition: TryRead(r.Name, r.Definition)!, r.UpdatedAt, r.LastHeartbeat)).Where(r => r.Definition is not null)];
    }

    /// <summary>A component's history since a time, the newest <see cref="WatchedComponent.MostSpans"/> of it, by time.</summary>
    public async Task<IReadOnlyList<StatusSpan>> SpansAsync(string component, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Checks.AsNoTracking().Where(c => c.Component == component && c.Until >= since)
            .OrderByDescending(c => c.Since).Take(WatchedComponent.MostSpans).ToListAsync(cancellationToken);
        rows.Reverse();
        return [.. rows.Select(r => new StatusSpan(r.Status, r.Since, r.Until))];
    }

    /// <summary>Stores a definition, and when the component last called in.</summary>
    public async Task PutAsync(string name, ComponentDefinition definition, DateTimeOffset? lastHeartbeat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(definition, PerfPlatformJson.Options);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO metrics.component (name, definition, updated_at, last_heartbeat) VALUES ({name}, {json}::jsonb, {now}, {lastHeartbeat})
            ON CONFLICT (name) DO UPDATE SET definition = EXCLUDED.definition, updated_at = EXCLUDED.updated_at, last_heartbeat = EXCLUDED.last_heartbeat
            """,
            cancellationToken);
    }

    /// <summary>Notes when components last called in.</summary>
    public async Task BeatAsync(IReadOnlyList<(string Component, DateTimeOffset At)> beats, CancellationToken cancellationToken)
    {
        if (beats.Count == 0) return;
        string[] components = [.. beats.Select(b => b.Component)];
        DateTimeOffset[] times = [.. beats.Select(b => b.At)];
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE metrics.component c SET last_heartbeat = b.at FROM unnest({components}, {times}) AS b (name, at)
            WHERE c.name = b.name AND (c.last_heartbeat IS NULL OR c.last_heartbeat < b.at)
            """,
            cancellationToken);
    }

    /// <summary>Removes a component and its history.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Components.Where(c => c.Name == name).ExecuteDeleteAsync(cancellationToken);
        await context.Checks.Where(c => c.Component == name).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes spans; one that is there already grows.</summary>
    public async Task WriteAsync(IReadOnlyList<(string Component, StatusSpan Span)> spans, CancellationToken cancellationToken)
    {
        if (spans.Count == 0) return;
        string[] components = [.. spans.Select(s => s.Component)];
        short[] statuses = [.. spans.Select(s => (short)s.Span.Status)];
        DateTimeOffset[] since = [.. spans.Select(s => s.Span.From)];
        DateTimeOffset[] until = [.. spans.Select(s => s.Span.To)];
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO metrics.health_check (component, status, since, until)
            SELECT * FROM unnest({components}, {statuses}, {since}, {until})
            ON CONFLICT (component, since) DO UPDATE SET until = EXCLUDED.until, status = EXCLUDED.status
            """,
            cancellationToken);
    }

    /// <summary>Removes history that ended before a time.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Checks.Where(c => c.Until < before).ExecuteDeleteAsync(cancellationToken);
    }

    // One that cannot be read keeps no other from being watched.
    private ComponentDefinition? TryRead(string name, string definition)
    {
        try
        {
            return JsonSerializer.Deserialize<ComponentDefinition>(definition, PerfPlatformJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            LogUnreadable(logger, name, e);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The component {Component} cannot be read and is not watched")]
    private static partial void LogUnreadable(ILogger logger, string component, Exception exception);
}
