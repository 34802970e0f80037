using System.Globalization;
using System.Net;
using System.Text;
using PerfPlatform.Reports.Content;

namespace PerfPlatform.Reports.Rendering;

/// <summary>A chart of one metric over the period as inline SVG: line and area, gaps left open, three lines of a grid with their values.</summary>
public static class SvgChart
{
    private const double Width = 560;
    private const double Height = 120;
    private const double Left = 62;
    private const double Right = 6;
    private const double Top = 8;
    private const double Bottom = 20;

    /// <summary>Appends the chart.</summary>
    public static void Append(StringBuilder html, string host, MetricSection metric, DateTimeOffset from, DateTimeOffset to, long stepMs)
    {
        var most = metric.Values.Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value).DefaultIfEmpty(0).Max();
        var top = metric.Unit == "1" ? Math.Max(1, most) : most > 0 ? most * 1.1 : 1;
        var name = WebUtility.HtmlEncode($"{metric.Title}{(metric.Device is null ? "" : " " + metric.Device)} of {host}");
        html.Append($"""<svg viewBox="0 0 {F(Width)} {F(Height)}" role="img" aria-label="{name}: average {Reading.Of(metric.Average, metric.Unit)}, maximum {Reading.Of(metric.Maximum, metric.Unit)}">""");
        foreach (var part in (ReadOnlySpan<double>)[0, 0.5, 1])
        {
            var y = Y(part * top, top);
            html.Append($"""<line class="grid" x1="{F(Left)}" y1="{F(y)}" x2="{F(Width - Right)}" y2="{F(y)}"/><text x="{F(Left - 6)}" y="{F(y + 4)}" text-anchor="end">{Reading.Of(part * top, metric.Unit)}</text>""");
        }

        html.Append($"""<text x="{F(Left)}" y="{F(Height - 4)}">{Reading.Time(from)}</text><text x="{F(Width - Right)}" y="{F(Height - 4)}" text-anchor="end">{Reading.Time(to)}</text>""");
        var area = new StringBuilder();
        var line = new StringBuilder();
        for (var i = 0; i < metric.Values.Count;)
        {
            if (!IsThere(metric.Values[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < metric.Values.Count && IsThere(metric.Values[i])) i++;
            Run(start, i);
        }

        html.Append($"""<path class="area" d="{area}"/><path class="line" d="{line}"/></svg>""");

        void Run(int start, int end)
        {
            for (var k = start; k < end; k++)
            {
                var (x, y) = (X(metric.Times[k] + (stepMs / 2)), Y(metric.Values[k]!.Value, top));
                line.Append(k == start ? 'M' : 'L').Append(F(x)).Append(' ').Append(F(y));
                if (k == start) area.Append('M').Append(F(x)).Append(' ').Append(F(Y(0, top)));
                area.Append('L').Append(F(x)).Append(' ').Append(F(y));
                // A single point is a dot: a line of no length with round ends.
                if (end - start == 1) line.Append('L').Append(F(x)).Append(' ').Append(F(y));
                if (k == end - 1) area.Append('L').Append(F(x)).Append(' ').Append(F(Y(0, top))).Append('Z');
            }
        }

        double X(long time)
        {
            var length = Math.Max(1, (to - from).TotalMilliseconds);
            return Left + (Math.Clamp((time - from.ToUnixTimeMilliseconds()) / length, 0, 1) * (Width - Left - Right));
        }
    }

    private static bool IsThere(double? value) => value is { } x && double.IsFinite(x);

    private static double Y(double value, double top) => Height - Bottom - (Math.Clamp(value / top, 0, 1) * (Height - Top - Bottom));

    private static string F(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
