using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class FindingsClient(HttpClient client) : IFindings
{
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingKind kind, FindingRequest request, CancellationToken cancellationToken)
    {
        var path = kind switch
        {
            FindingKind.Trend => "trends",
            FindingKind.Bottleneck => "bottlenecks",
            FindingKind.Score => "scores",
            FindingKind.Recommendation => "recommendations",
            FindingKind.Forecast => "forecast",
            FindingKind.Pattern => "patterns",
            FindingKind.Anomaly => "anomalies",
            _ => "scaling",
        };
        var page = await client.GetAsync<Page<Finding>>(
            new RequestAddress("/api/v1/analysis/" + path).With("metric", request.Metric).With(request.Match).With("host", request.Host)
                .With("from", request.From).With("to", request.To)
                .With("horizon", request.Horizon is { } horizon ? DurationText.Format(horizon) : null).With("limit", 1000),
            cancellationToken);
        return page.Items;
    }
}
