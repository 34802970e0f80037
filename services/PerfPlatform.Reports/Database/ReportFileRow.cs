namespace PerfPlatform.Reports.Database;

/// <summary>The file of a report that is done.</summary>
public sealed class ReportFileRow
{
    /// <summary>The report.</summary>
    public required string ReportId { get; set; }

    /// <summary>Its media type.</summary>
    public required string ContentType { get; set; }

    /// <summary>The name under which it is saved.</summary>
    public required string FileName { get; set; }

    /// <summary>Its bytes; at most <see cref="ReportsOptions.MaxFileBytes"/>.</summary>
    public required byte[] Content { get; set; }
}
