using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Rendering;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Reports.Rendering;

/// <summary>
/// The files that renderers write, held against the committed ones in Expected. After a wanted change run once with
/// PERFPLATFORM_UPDATE_EXPECTED=1 and look at the difference.
/// </summary>
public sealed class RendererTests
{
    [Fact]
    public void Csv_SampleReport_IsAsExpected() => AssertExpected("performance.csv", new CsvReportRenderer());

    [Fact]
    public void Html_SampleReport_IsAsExpected() => AssertExpected("performance.html", new HtmlReportRenderer());

    [Fact]
    public void Json_SampleReport_IsAsExpected() => AssertExpected("performance.json", new JsonReportRenderer());

    [Fact]
    public void Json_SampleReport_ReadsBackAsItWas()
    {
        var read = JsonSerializer.Deserialize<PerformanceReport>(new JsonReportRenderer().Render(SampleReport.Create()), PerfPlatformJson.Options)!;

        Assert.Equal(SampleReport.Create().Hosts[0].Metrics[0].Values, read.Hosts[0].Metrics[0].Values);
        Assert.Equal(SampleReport.Create().Alerts, read.Alerts);
    }

    [Fact]
    public void Html_HostileNames_AreEncodedAndThePageIsWellFormed()
    {
        var html = Encoding.UTF8.GetString(new HtmlReportRenderer().Render(SampleReport.Create()));

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", html.Replace("http://evil", "", StringComparison.Ordinal), StringComparison.Ordinal);
        // Void elements closed, the rest must nest as XML does.
        var xml = html["<!DOCTYPE html>\n".Length..].Replace("initial-scale=1\">", "initial-scale=1\"/>").Replace("utf-8\">", "utf-8\"/>").Replace("'unsafe-inline'\">", "'unsafe-inline'\"/>").Replace("<br>", "<br/>");
        Assert.Equal("html", XDocument.Parse(xml).Root!.Name.LocalName);
    }

    [Fact]
    public void Html_Gap_BreaksTheLine()
    {
        var html = Encoding.UTF8.GetString(new HtmlReportRenderer().Render(SampleReport.Create()));
        var line = html[(html.IndexOf("class=\"line\" d=\"", StringComparison.Ordinal) + 16)..];

        Assert.Equal(2, line[..line.IndexOf('"')].Count(c => c == 'M'));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\uFF1D1+1", "'\uFF1D1+1")]
    [InlineData("\uFF0B1", "'\uFF0B1")]
    [InlineData("\uFF0D1", "'\uFF0D1")]
    [InlineData("\uFF20x", "'\uFF20x")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("=cmd|'/c calc'!A1,2", "\"'=cmd|'/c calc'!A1,2\"")]
    [InlineData(null, "")]
    public void CsvText_Cell_IsGuardedAndQuoted(string? value, string expected) => Assert.Equal(expected, CsvReportRenderer.Text(value));

    [Property(MaxTest = 300)]
    public Property CsvText_AnyText_ReadsBack() => Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(s => s is not null), value =>
    {
        var cell = CsvReportRenderer.Text(value);
        var read = cell.StartsWith('"') ? cell[1..^1].Replace("\"\"", "\"") : cell;
        var guarded = value.Length > 0 && "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20".Contains(value[0]);

        Assert.Equal(guarded ? "'" + value : value, read);
        if (!cell.StartsWith('"')) Assert.DoesNotContain(cell, c => c is ',' or '"' or '\r' or '\n');
    });

    [Fact]
    public void Csv_EveryLine_HasEveryColumn()
    {
        var lines = Records(Encoding.UTF8.GetString(new CsvReportRenderer().Render(SampleReport.Create())));

        Assert.All(lines, cells => Assert.Equal(14, cells.Count));
        Assert.Equal(["record", "score", "metric", "metric", "metric", "metric", "bottleneck", "recommendation", "alert", "alert", "component", "component", "note"], lines.Select(l => l[0]));
    }

    // A slow reader of RFC 4180.
    private static List<List<string>> Records(string csv)
    {
        var records = new List<List<string>>();
        var record = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < csv.Length; i++)
        {
            if (quoted && csv[i] == '"' && i + 1 < csv.Length && csv[i + 1] == '"') cell.Append(csv[i++]);
            else if (csv[i] == '"') quoted = !quoted;
            else if (!quoted && csv[i] == ',') Next();
            else if (!quoted && csv[i] == '\r' && csv[i + 1] == '\n')
            {
                i++;
                Next();
                records.Add(record);
                record = [];
            }
            else cell.Append(csv[i]);
        }

        return records;

        void Next()
        {
            record.Add(cell.ToString());
            cell.Clear();
        }
    }

    private static void AssertExpected(string name, IReportRenderer renderer, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, "Expected", name);
        var actual = renderer.Render(SampleReport.Create());
        if (Environment.GetEnvironmentVariable("PERFPLATFORM_UPDATE_EXPECTED") == "1") File.WriteAllBytes(path, actual);
        Assert.Equal(File.ReadAllText(path), Encoding.UTF8.GetString(actual));
    }
}
