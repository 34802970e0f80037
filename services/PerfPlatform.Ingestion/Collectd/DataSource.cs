using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Ingestion.Collectd;

/// <summary>What collectd calls the type of a data source (<c>dstypes</c>).</summary>
internal enum DataSource : byte
{
    /// <summary>A type that collectd does not have.</summary>
    Unknown,
    Gauge,

    /// <summary>A sum that the sender counts up.</summary>
    Derive,

    /// <summary>A sum that wraps around.</summary>
    Counter,

    /// <summary>What was counted since the last reading.</summary>
    Absolute,
}

/// <summary>What the types of data sources mean here.</summary>
internal static class DataSources
{
    /// <summary>Reads a type's name.</summary>
    public static DataSource Parse(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("gauge"u8)) return DataSource.Gauge;
        if (name.SequenceEqual("derive"u8)) return DataSource.Derive;
        if (name.SequenceEqual("counter"u8)) return DataSource.Counter;
        return name.SequenceEqual("absolute"u8) ? DataSource.Absolute : DataSource.Unknown;
    }

    /// <summary>The kind of the series; an absolute one is stored as its running sum.</summary>
    public static MetricKind Kind(this DataSource source) => source == DataSource.Gauge ? MetricKind.Gauge : MetricKind.Counter;
}
