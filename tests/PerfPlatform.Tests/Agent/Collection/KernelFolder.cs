using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;
using PerfPlatform.Tests.Agent.Otlp;

namespace PerfPlatform.Tests.Agent.Collection;

/// <summary>A folder laid out as /proc and /sys, for collectors to read.</summary>
public sealed class KernelFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("kernel").FullName;

    /// <summary>Writes in place: collectors keep their files open.</summary>
    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var file = new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>What a collector tells now, by series.</summary>
    internal static Dictionary<string, double> Collect(ICollector collector)
    {
        var writer = new MetricWriter([("host.name", "a")], "1");
        writer.Start(DateTimeOffset.UnixEpoch.AddSeconds(1));
        collector.Collect(writer);
        return DecodedPoint.ReadAll(writer.Finish().ToArray()).ToDictionary(point => point.Series, point => point.Value);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
