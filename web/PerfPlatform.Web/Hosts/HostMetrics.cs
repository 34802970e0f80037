using PerfPlatform.Web.Components.Charts;

namespace PerfPlatform.Web.Hosts;

/// <summary>The agent's metrics of one host as the pages show them.</summary>
public sealed class HostMetrics(string host)
{
    private readonly string _host = "host.name=" + host;

    /// <summary>CPU of all cores, 0 to 1.</summary>
    public Reading Cpu => new("system.cpu.utilization", _host, "cpu.mode=", "cpu.logical_number=");

    /// <summary>Memory that new work cannot have, 0 to 1.</summary>
    public Reading Memory => new("system.memory.utilization", _host);

    /// <summary>The fullest filesystem, 0 to 1.</summary>
    public Reading Disk => new("system.filesystem.utilization", _host) { Reduce = "max", Window = 90 };

    /// <summary>Bytes a second received, loopback left out.</summary>
    public Reading Received => Network("receive");

    /// <summary>Bytes a second sent, loopback left out.</summary>
    public Reading Sent => Network("transmit");

    /// <summary>Load of the last minute.</summary>
    public Reading Load => new("system.cpu.load_average.1m", _host);

    /// <summary>Swap in use, 0 to 1.</summary>
    public Reading Swap => new("system.paging.utilization", _host);

    /// <summary>Seconds since the boot.</summary>
    public Reading Uptime => new("system.uptime", _host);

    /// <summary>Queries of the charts.</summary>
    public ChartQuery Query(string metric, params string[] match) => new(metric, [_host, .. match]);

    /// <summary>The growth of a counter per second, a line for each value of a label.</summary>
    public ChartQuery Rate(string metric, string by, params string[] match) =>
        Query(metric, match) with { Fn = "rate", By = [by], Reduce = "sum", Legend = by };

    private Reading Network(string direction) =>
        new("system.network.io", _host, "network.io.direction=" + direction, "network.interface.name!=lo") { Fn = "rate", Reduce = "sum" };
}
