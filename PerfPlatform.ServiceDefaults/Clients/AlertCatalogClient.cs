using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.ServiceDefaults;

internal sealed class AlertCatalogClient(HttpClient client) : IAlertCatalog
{
    public Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken) =>
        client.GetAsync<AlertPage>(
            new RequestAddress("/api/v1/alerts").With("state", Words(query.States)).With("severity", Words(query.Severities)).With(query.Match)
                .With("from", query.From).With("to", query.To).With("order", Word(query.Order)).With("limit", query.Limit).With("cursor", query.Cursor),
            cancellationToken);

    private static string? Words<T>(IReadOnlyList<T> values) where T : struct, Enum => values.Count == 0 ? null : string.Join(',', values.Select(Word));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
