using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PerfPlatform.Integration.Tests.Ingestion.Collectd;

/// <summary>Debian's collectd, sending what it reads of this machine, and writing the same to CSV files.</summary>
internal sealed class CollectdProcess : IAsyncDisposable
{
    public const string Host = "collected-host";

    private readonly Process _process;
    private readonly string _folder;
    // Bounded by the life of one test.
    private readonly StringBuilder _output = new();

    private CollectdProcess(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it said.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it in a folder of its own. (Its User and Password would not do: it sends them only when the server asks for Basic.)</summary>
    public static async Task<CollectdProcess> StartAsync(string folder, Uri address, string key)
    {
        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(folder, "collectd.conf");
        await File.WriteAllTextAsync(configuration, $"""
            Hostname "{Host}"
            FQDNLookup false
            BaseDir "{folder}"
            PIDFile "{folder}/collectd.pid"
            PluginDir "/usr/lib/collectd"
            TypesDB "/usr/share/collectd/types.db"
            Interval 0.5
            LoadPlugin logfile
            <Plugin logfile>
              LogLevel warning
              File stdout
            </Plugin>
            LoadPlugin load
            LoadPlugin memory
            LoadPlugin cpu
            LoadPlugin csv
            <Plugin csv>
              DataDir "{folder}/csv"
              StoreRates false
            </Plugin>
            LoadPlugin write_http
            <Plugin write_http>
              <Node "perfplatform">
                URL "{address}api/v1/collectd"
                Header "Authorization: Bearer {key}"
                Format "JSON"
                LogHttpError true
              </Node>
            </Plugin>

            """);
        var start = new ProcessStartInfo("/usr/sbin/collectd", ["-f", "-C", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new CollectdProcess(Process.Start(start)!, folder);
    }

    /// <summary>Ends it as an administrator does: it sends what it holds.</summary>
    public async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(limit.Token);
        }

        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>How many readings its plugin for load has written.</summary>
    public int Readings => Written().Count(value => value.Metric == "collectd.load.load.shortterm");

    /// <summary>
    /// What it wrote, each value as the series that the platform is said to make of it: a file <c>cpu-0/cpu-user-2026-11-23</c> holds
    /// <c>epoch,value</c> and then <c>1790000000.283,359086</c>.
    /// </summary>
    public IEnumerable<(string Metric, string Labels, long Time, double Value)> Written()
    {
        var root = Path.Combine(_folder, "csv", Host);
        if (!Directory.Exists(root)) yield break;
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var (plugin, pluginInstance) = Split(Path.GetFileName(Path.GetDirectoryName(file)!));
            // Behind the type and its instance comes the day: -2026-11-23.
            var (type, typeInstance) = Split(Path.GetFileName(file)[..^"-2026-11-23".Length]);
            var labels = string.Join(", ", new[] { ("host.name", Host), ("plugin_instance", pluginInstance), ("type_instance", typeInstance) }
                .Where(l => l.Item2.Length > 0).Select(l => $"{l.Item1}=\"{l.Item2}\""));
            var lines = File.ReadAllLines(file);
            // Made, and its first line not written yet.
            if (lines.Length == 0) continue;
            var names = lines[0].Split(',');
            foreach (var cells in lines.Skip(1).Select(line => line.Split(',')).Where(cells => cells.Length == names.Length))
            {
                for (var i = 1; i < cells.Length; i++)
                {
                    var metric = $"collectd.{plugin}.{type}" + (names[i] == "value" ? "" : "." + names[i]);
                    yield return (metric, "{" + labels + "}", (long)Math.Round(decimal.Parse(cells[0], CultureInfo.InvariantCulture) * 1000), double.Parse(cells[i], CultureInfo.InvariantCulture));
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await StopAsync();
        _process.Dispose();
    }

    private static (string Name, string Instance) Split(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (text, "") : (text[..dash], text[(dash + 1)..]);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
