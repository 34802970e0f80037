using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Writes OpenTelemetry metrics in the Prometheus text exposition format 0.0.4; names and labels are turned as Prometheus wants them.</summary>
internal static class PrometheusTextWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(Metric metric, StringBuilder text)
    {
        var counter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var histogram = metric.MetricType is MetricType.Histogram;
        if (metric.MetricType is MetricType.ExponentialHistogram) return;
        var name = Name(metric, counter);
        if (!string.IsNullOrEmpty(metric.Description)) text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", @"\\").Replace("\n", @"\n")).Append('\n');
        text.Append("# TYPE ").Append(name).Append(counter ? " counter" : histogram ? " histogram" : " gauge").Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (histogram) WriteHistogram(name, point, text);
            else Line(text, name, point.Tags, null, Value(metric.MetricType, point));
        }
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static void WriteHistogram(string name, in MetricPoint point, StringBuilder text)
    {
        long total = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            Line(text, name + "_bucket", point.Tags, bucket.ExplicitBound, total);
        }

        Line(text, name + "_sum", point.Tags, null, point.GetHistogramSum());
        Line(text, name + "_count", point.Tags, null, point.GetHistogramCount());
    }

    private static void Line(StringBuilder text, string name, ReadOnlyTagCollection tags, double? le, double value)
    {
        text.Append(name);
        var first = true;
        foreach (var tag in tags) Label(text, Clean(tag.Key), Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", ref first);
        if (le is { } bound) Label(text, "le", Number(bound), ref first);
        if (!first) text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static void Label(StringBuilder text, string name, string value, ref bool first)
    {
        text.Append(first ? '{' : ',').Append(name).Append("=\"").Append(value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n")).Append('"');
        first = false;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Name(Metric metric, bool counter)
    {
        var name = Clean(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Clean(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
    });
}
