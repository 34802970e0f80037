using System.Globalization;

namespace PerfPlatform.Integration.Tests.Agent;

/// <summary>
/// The kernel's counters as the test reads them itself, by String.Split and without any code of the agent: at many moments, so that the
/// value at the moment of an agent's tick is known by interpolation.
/// </summary>
public sealed class KernelReadings
{
    private const int SectorBytes = 512;
    private readonly List<(double Time, Dictionary<string, double> Values)> _readings = [];

    /// <summary>Reads every few milliseconds until stopped.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _readings.Add(Read());
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public IEnumerable<string> Names => _readings[0].Values.Keys;

    /// <summary>The value of a counter at a time (Unix seconds) within the readings.</summary>
    public double At(string name, double time)
    {
        var after = _readings.FindIndex(reading => reading.Time >= time);
        if (after <= 0)
            throw new InvalidOperationException($"{time} is outside of the readings.");
        var (t0, t1) = (_readings[after - 1].Time, _readings[after].Time);
        var (v0, v1) = (_readings[after - 1].Values[name], _readings[after].Values[name]);
        return v0 + (v1 - v0) * (time - t0) / (t1 - t0);
    }

    public bool Covers(double time) => _readings[0].Time < time && time <= _readings[^1].Time;

    private static (double, Dictionary<string, double>) Read()
    {
        var values = new Dictionary<string, double>();
        var time = TimeProvider.System.GetUtcNow();
        foreach (var line in File.ReadAllLines("/proc/stat").Where(line => line.StartsWith("cpu", StringComparison.Ordinal)))
        {
            var parts = Split(line);
            var ticks = parts[1..9].Select(Number).ToArray();
            values[parts[0] + ".busy"] = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
            values[parts[0] + ".all"] = ticks.Sum();
            values[parts[0] + ".user"] = ticks[0];
            values[parts[0] + ".system"] = ticks[2];
        }

        foreach (var parts in File.ReadAllLines("/proc/diskstats").Select(Split))
        {
            values[$"disk.{parts[2]}.read"] = Number(parts[5]) * SectorBytes;
            values[$"disk.{parts[2]}.write"] = Number(parts[9]) * SectorBytes;
        }

        foreach (var line in File.ReadAllLines("/proc/net/dev").Skip(2))
        {
            var colon = line.LastIndexOf(':');
            var parts = Split(line[(colon + 1)..]);
            values[$"net.{line[..colon].Trim()}.receive"] = Number(parts[0]);
            values[$"net.{line[..colon].Trim()}.transmit"] = Number(parts[8]);
        }

        var memory = File.ReadAllLines("/proc/meminfo").Select(Split).ToDictionary(parts => parts[0], parts => Number(parts[1]) * 1024);
        values["memory.available"] = memory["MemAvailable:"];
        values["memory.total"] = memory["MemTotal:"];
        values["memory.free"] = memory["MemFree:"];
        return ((time - DateTimeOffset.UnixEpoch).TotalSeconds, values);
    }

    private static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
