using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Web.Components.Charts;

namespace PerfPlatform.Web.Hosts;

/// <summary>The signals of one host as the pages show them.</summary>
/// <param name="host">Its name.</param>
/// <param name="live">
/// True: the agent measures it, and its samples are pushed as they come. False: its values are asked for every few seconds, whoever measures it.
/// </param>
public sealed class HostMetrics(string host, bool live = true)
{
    // Filesystems are measured more seldom than the rest.
    private const int FilesystemWindow = 90;

    private readonly string _host = "host.name=" + host;

    /// <summary>The signals of a host that is known.</summary>
    public HostMetrics(HostEntry host) : this(host.Name, host.ByAgent)
    {
    }

    /// <summary>CPU of all cores, 0 to 1.</summary>
    public Reading Cpu => Of(HostSignal.Cpu);

    /// <summary>Memory that new work cannot have, 0 to 1.</summary>
    public Reading Memory => Of(HostSignal.Memory);

    /// <summary>The fullest filesystem, 0 to 1.</summary>
    public Reading Disk => Of(HostSignal.Filesystem) with { Window = live ? FilesystemWindow : null };

    /// <summary>Bytes a second received by physical interfaces.</summary>
    public Reading Received => Of(HostSignal.Received);

    /// <summary>Bytes a second sent by physical interfaces.</summary>
    public Reading Sent => Of(HostSignal.Sent);

    /// <summary>Load of the last minute.</summary>
    public Reading Load => Of(HostSignal.Load);

    /// <summary>Swap in use, 0 to 1.</summary>
    public Reading Swap => Of(HostSignal.Swap);

    /// <summary>Seconds since the boot.</summary>
    public Reading Uptime => Of(HostSignal.Uptime);

    /// <summary>A signal as one line of a chart.</summary>
    public ChartQuery Line(HostSignal signal, string name)
    {
        if (!live) return new ChartQuery("") { Host = host, Signal = signal, Name = name, Legend = "" };
        var reading = Of(signal);
        return new ChartQuery(reading.Metric!, reading.Match) { Fn = reading.Fn, Reduce = reading.Reduce, By = reading.Reduce is null ? null : [], Name = name, Legend = "" };
    }

    /// <summary>A signal with a line for each device.</summary>
    public ChartQuery Lines(HostSignal signal)
    {
        if (!live) return new ChartQuery("") { Host = host, Signal = signal, Devices = true, Legend = "device" };
        var (reading, device) = (Of(signal), HostSignals.Sources(signal)[0].Device!);
        return new ChartQuery(reading.Metric!, reading.Match) { Fn = reading.Fn, Reduce = reading.Reduce, By = [device], Legend = device };
    }

    /// <summary>Queries of the charts of what only the agent sends.</summary>
    public ChartQuery Query(string metric, params string[] match) => new(metric, [_host, .. match]);

    // The agent's source is the first of each signal, and one query.
    private Reading Of(HostSignal signal)
    {
        if (!live) return new Reading(null) { Host = host, Signal = signal };
        var source = HostSignals.Sources(signal)[0];
        var term = source.Plus[0];
        return new Reading(term.Metric, [_host, .. term.Match])
        {
            Fn = term.Function is SeriesFunction.Rate ? "rate" : null,
            Reduce = source.Device is null ? null : HostSignals.Across(signal).ToString().ToLowerInvariant(),
        };
    }
}
