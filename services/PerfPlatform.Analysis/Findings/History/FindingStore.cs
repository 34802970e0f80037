using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Findings.History;

/// <summary>
/// Keeps findings as spans of time: while the next run finds the same of the same subject, the span grows; else a new one begins.
/// So a host that does well all day is one row.
/// </summary>
public sealed class FindingStore(IDbContextFactory<FindingsDbContext> contexts)
{
    // Scores that differ by less are the same.
    private const double SameScore = 2;

    /// <summary>The kinds that are kept.</summary>
    public static IReadOnlyCollection<FindingKind> Kinds { get; } = [FindingKind.Bottleneck, FindingKind.Score, FindingKind.Trend];

    /// <summary>Takes the findings of one run.</summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="findings">What was found; of kinds other than trend everything that there is, so what is not among them is over.</param>
    /// <param name="now">When.</param>
    /// <param name="gap">The longest time between two runs that belong together.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task KeepAsync(FindingKind kind, IReadOnlyList<Finding> findings, DateTimeOffset now, TimeSpan gap, CancellationToken cancellationToken)
    {
        if (findings.Count == 0) return;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var earliest = now - gap;
        var recent = await context.Of(kind).Where(r => r.Until >= earliest).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        var last = recent.GroupBy(r => r.Subject).ToDictionary(g => g.Key, g => g.Last());
        foreach (var finding in findings)
        {
            var (subject, value) = (Subject(finding), Value(finding));
            if (last.TryGetValue(subject, out var row) && Same(kind, row.Value, value))
            {
                if (row.Until < now) row.Until = now;
                continue;
            }

            context.Of(kind).Add(new FindingRow
            {
                Subject = subject,
                Host = finding.Subject.GetValueOrDefault("host"),
                Since = now,
                Until = now,
                Value = value,
                Finding = JsonSerializer.Serialize(finding, PerfPlatformJson.Options),
            });
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Findings that held within a period, newest first; their period is the span in which they held.</summary>
    public async Task<Page<Finding>> HistoryAsync(
        FindingKind kind, DateTimeOffset from, DateTimeOffset to, string? host, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, out before)) throw new QueryException("'cursor' is not one that was given out.");
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Of(kind).AsNoTracking()
            .Where(r => r.Until >= from && r.Since < to && r.Id < before && (host == null || r.Host == host))
            .OrderByDescending(r => r.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var items = rows.Take(limit).Select(r => JsonSerializer.Deserialize<Finding>(r.Finding, PerfPlatformJson.Options)! with { From = r.Since, To = r.Until });
        return new Page<Finding>([.. items], rows.Count > limit ? rows[limit - 1].Id.ToString() : null);
    }

    /// <summary>Removes what ended before a time; returns how many.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var removed = 0;
        foreach (var kind in Kinds) removed += await context.Of(kind).Where(r => r.Until < before).ExecuteDeleteAsync(cancellationToken);
        return removed;
    }

    private static string Subject(Finding finding) => JsonSerializer.Serialize(finding.Subject.OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(), PerfPlatformJson.Options);

    private static double Value(Finding finding) => finding.Data!.Value.GetProperty(finding.Kind switch
    {
        FindingKind.Bottleneck => "pressure",
        FindingKind.Score => "score",
        _ => "slopePerHour",
    }).GetDouble();

    private static bool Same(FindingKind kind, double before, double now) => kind switch
    {
        FindingKind.Score => Math.Abs(before - now) < SameScore,
        FindingKind.Trend => Math.Sign(before) == Math.Sign(now) && Math.Abs(now - before) <= Math.Abs(before) / 2,
        _ => true,
    };
}
