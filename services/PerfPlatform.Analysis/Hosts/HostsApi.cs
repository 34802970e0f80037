using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Hosts;

/// <summary>Hosts over HTTP, whoever measures them.</summary>
internal static class HostsApi
{
    private const int MostLimit = 1000;
    private const int DefaultSteps = 240;

    public static void MapHostsApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/hosts").WithTags("Hosts").RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/", ListAsync).WithName("ListHosts").WithSummary("Hosts with their collector and how they do now")
            .WithDescription("Hosts of the agent, the OpenTelemetry Collector, node_exporter, Telegraf and collectd. Shares are parts of one; what a collector does not send is not there.");
        api.MapGet("/signals", SignalAsync).WithName("QueryHostSignal").WithSummary("A signal of hosts over time, whoever measures it")
            .WithDescription("The answer of /query with the labels host and, with devices=true, device.");
    }

    private static async Task<Ok<Page<HostState>>> ListAsync(
        IHosts hosts,
        CancellationToken cancellationToken,
        [Description("Only this host.")] string? host = null,
        [Description("A part of the name; upper and lower case are the same.")] string? search = null,
        [Description("1 to 1,000.")] int limit = 100,
        [Description("nextCursor of the page before.")] string? cursor = null)
    {
        if (limit is < 1 or > MostLimit) throw new QueryException($"'limit' must be 1 to {MostLimit}.");
        var found = (await hosts.ListAsync(cancellationToken))
            .Where(h => host is null || h.Name == host)
            .Where(h => search is null || h.Name.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Where(h => cursor is null || string.CompareOrdinal(h.Name, cursor) > 0)
            .Take(limit + 1).ToList();
        return TypedResults.Ok(found.Count > limit ? new Page<HostState>(found[..limit], found[limit - 1].Name) : new Page<HostState>(found, null));
    }

    private static async Task<Ok<RangeResult>> SignalAsync(
        HostSignalReader reader,
        TimeProvider clock,
        [Description("cpu, memory, filesystem, received, ...")] string signal,
        CancellationToken cancellationToken,
        [Description("Only this host.")] string? host = null,
        [Description("Inclusive: RFC 3339, Unix milliseconds or now-15m. Left out: now-1h.")] string? from = null,
        [Description("Exclusive. Left out: now.")] string? to = null,
        [Description("The width of a step, for example 10s. Left out: a 240th of the time.")] string? step = null,
        [Description("A line for each device instead of one for the host.")] bool devices = false)
    {
        var now = clock.GetUtcNow();
        var asked = EnumWords.Read<HostSignal>("signal", signal) ?? throw new QueryException($"'signal' is missing: write {EnumWords.Choice(EnumWords.Of(typeof(HostSignal)))}.");
        var (start, end) = (TimeText.Read("from", from ?? "now-1h", now), TimeText.Read("to", to ?? "now", now));
        if (end <= start) throw new QueryException("'to' must be after 'from'.");
        var width = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((end - start).TotalSeconds / DefaultSteps)));
        if (step is not null && (!DurationText.TryParse(step, out width) || width < TimeSpan.FromSeconds(1))) throw new QueryException($"'step={step}' is not a duration of 1s or more: write for example 10s.");
        if ((end - start) / width > RangeQuery.MaxPointsPerSeries) throw new QueryException($"That is more than {RangeQuery.MaxPointsPerSeries} steps: choose a wider 'step'.");
        var answer = await reader.ReadAsync(new HostQuestion { Signal = asked, Host = host, From = start, To = end, Step = width, ByDevice = devices }, cancellationToken);
        long[] times = [.. answer.Times];
        var lines = answer.Lines.Select(l => new RangeSeries(
            EnumWords.Word(asked),
            l.Device is null ? LabelSet.Of(("host", l.Host)) : LabelSet.Of(("host", l.Host), ("device", l.Device)),
            times,
            [.. l.Values.Select(v => double.IsFinite(v) ? v : (double?)null)]));
        return TypedResults.Ok(new RangeResult(start, end, answer.StepMs, [.. lines]) { Warnings = answer.Warnings });
    }
}
