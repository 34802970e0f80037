using System.Net.Http.Json;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Reports;

namespace PerfPlatform.ServiceDefaults;

internal sealed class ReportCatalogClient(HttpClient client) : IReportCatalog
{
    public Task<Page<Report>> ReportsAsync(int limit, string? cursor, CancellationToken cancellationToken) =>
        client.GetAsync<Page<Report>>(new RequestAddress("/api/v1/reports").With("limit", limit).With("cursor", cursor), cancellationToken);

    // The user travels in the service token, which the caller's identity is taken from over there.
    public async Task<Report> CreateAsync(ReportRequest request, string? createdBy, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("/api/v1/reports", request, PerfPlatformJson.Options, cancellationToken);
        return await ServiceAnswer.ReadAsync<Report>(response, cancellationToken);
    }
}
