using System.Text.Json;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.Reports.Content;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Reports.Rendering;

/// <summary>The whole content as JSON.</summary>
public sealed class JsonReportRenderer : IReportRenderer
{
    private static readonly JsonSerializerOptions Options = new(PerfPlatformJson.Options) { WriteIndented = true };

    /// <inheritdoc />
    public ReportFormat Format => ReportFormat.Json;

    /// <inheritdoc />
    public string ContentType => "application/json";

    /// <inheritdoc />
    public byte[] Render(PerformanceReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Options);
}
