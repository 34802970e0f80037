using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Reports;

/// <summary>Reports for other rooms. In the process of Reports the real thing, elsewhere a typed HTTP client.</summary>
public interface IReportCatalog
{
    /// <summary>Reports, newest first.</summary>
    Task<Page<Report>> ReportsAsync(int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Asks for a report on behalf of a user.</summary>
    /// <exception cref="QueryException">The request cannot be carried out as asked.</exception>
    Task<Report> CreateAsync(ReportRequest request, string? createdBy, CancellationToken cancellationToken);
}
