using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Reports.Content;
using PerfPlatform.Reports.Database;
using PerfPlatform.Reports.Rendering;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Writes what a report shows into a file of its format.</summary>
public sealed class ReportFiles(IEnumerable<IReportRenderer> renderers, IOptions<ReportsOptions> options)
{
    /// <summary>The file.</summary>
    /// <exception cref="QueryException">It would be too large.</exception>
    public ReportFileRow Render(ReportRow report, PerformanceReport content)
    {
        var renderer = renderers.First(r => r.Format == report.Format);
        var bytes = renderer.Render(content);
        if (bytes.Length > options.Value.MaxFileBytes)
            throw new QueryException($"The file would have {bytes.Length} bytes, more than {options.Value.MaxFileBytes}: choose a shorter period or fewer hosts.");
        return new ReportFileRow
        {
            ReportId = report.Id,
            ContentType = renderer.ContentType,
            FileName = $"perfplatform-{report.Kind.ToString().ToLowerInvariant()}-{report.From:yyyyMMddTHHmm}Z-{report.To:yyyyMMddTHHmm}Z.{report.Format.ToString().ToLowerInvariant()}",
            Content = bytes,
        };
    }
}
