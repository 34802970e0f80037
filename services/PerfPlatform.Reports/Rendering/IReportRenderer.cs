using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Content;

namespace PerfPlatform.Reports.Rendering;

/// <summary>Writes a report's content in one format. Pure.</summary>
public interface IReportRenderer
{
    /// <summary>The format.</summary>
    ReportFormat Format { get; }

    /// <summary>Its media type.</summary>
    string ContentType { get; }

    /// <summary>The file.</summary>
    byte[] Render(PerformanceReport report);
}
