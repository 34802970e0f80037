using System.Text.Json;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Ingestion.Collectd;

/// <summary>What collectd sends, read slowly and plainly through a document: what the fast reader is compared with. It knows no absolute values, which become sums.</summary>
internal static class CollectdReference
{
    public static IEnumerable<TakenSample> Samples(string json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var list in document.RootElement.EnumerateArray())
        {
            string Text(string name) => list.TryGetProperty(name, out var text) ? text.GetString()! : "";
            var types = list.GetProperty("dstypes").EnumerateArray().Select(t => t.GetString()!).ToArray();
            var names = list.GetProperty("dsnames").EnumerateArray().Select(n => n.GetString()!).ToArray();
            var values = list.GetProperty("values").EnumerateArray().ToArray();
            if (values.Length != types.Length || values.Length != names.Length) continue;
            var labels = LabelSet.From(new[] { ("host.name", Text("host")), ("plugin_instance", Text("plugin_instance")), ("type_instance", Text("type_instance")) }
                .Where(l => l.Item2.Length > 0).Select(l => new Label(l.Item1, l.Item2)));
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i].ValueKind == JsonValueKind.Null) continue;
                var metric = $"collectd.{Text("plugin")}.{Text("type")}" + (names[i] == "value" ? "" : "." + names[i]);
                yield return new TakenSample(metric, labels.ToString(), (long)Math.Round(list.GetProperty("time").GetDouble() * 1000), BitConverter.DoubleToInt64Bits(values[i].GetDouble()));
            }
        }
    }
}
