using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PerfPlatform.Client.Addresses;
using PerfPlatform.Client.Metrics;

namespace PerfPlatform.Client.Rules;

/// <summary>
/// Makes thresholds known to the platform as alert rules, through <c>/api/v1/alerts/rules</c>. A rule is found by its name, so publishing again
/// changes the rule and makes no other one; what people changed in it (severity, for, silences) stays.
/// </summary>
/// <param name="http">Has the platform's address as base address and the key in its headers.</param>
/// <param name="serviceName">The application's; part of the rule's name, and the rule looks at its series only.</param>
public sealed class AlertRules(HttpClient http, string serviceName)
{
    private const string Path = "api/v1/alerts/rules";
    // 50 pages of 1000: more rules than a platform has.
    private const int MaxPages = 50;

    /// <summary>A client for the platform's REST address.</summary>
    /// <param name="address">As <c>http://localhost:5080</c>.</param>
    /// <param name="apiKey">With the scopes <c>read</c> and <c>write</c>.</param>
    internal static HttpClient Http(Uri address, string? apiKey)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = Address.Under(address, ""),
            Timeout = TimeSpan.FromSeconds(10),
        };
        if (apiKey is { Length: > 0 })
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        return http;
    }

    /// <summary>The name of a metric's rule.</summary>
    /// <param name="metric">The metric.</param>
    public string NameOf(CustomPerformanceMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var labels = string.Join(", ", metric.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
        return $"{serviceName}: {metric.Name}{(labels.Length == 0 ? "" : $" ({labels})")}";
    }

    /// <summary>Makes or changes the rule of a metric. Without a threshold a rule that is there is switched off, and none is made.</summary>
    /// <param name="metric">The metric, as it is now.</param>
    /// <param name="stop">Ends waiting.</param>
    /// <exception cref="HttpRequestException">The platform did not answer or did not accept; the message has its reason.</exception>
    public async Task PublishAsync(CustomPerformanceMetric metric, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var name = NameOf(metric);
        var known = await FindAsync(name, stop);
        if (metric.Threshold is not { } threshold)
        {
            if (known is null)
                return;
            known["enabled"] = false;
            await SendAsync(HttpMethod.Put, $"{Path}/{(string?)known["id"]}", known, stop);
            return;
        }

        var rule = known ?? New(name, metric);
        rule["metric"] = metric.Name;
        rule["match"] = new JsonArray([$"service.name={serviceName}", .. metric.Labels.Select(label => (JsonNode)$"{label.Key}={label.Value}")]);
        rule["condition"] = metric.Direction == AlertDirection.Above ? ">" : "<";
        if (!Equals((double?)rule["threshold"], threshold))
            // A resolve threshold that fitted the old one need not fit the new one; it is only dropped then.
            rule.Remove("resolveThreshold");
        rule["threshold"] = threshold;
        rule["enabled"] = true;
        if (known is null)
            await SendAsync(HttpMethod.Post, Path, rule, stop);
        else
            await SendAsync(HttpMethod.Put, $"{Path}/{(string?)known["id"]}", rule, stop);
    }

    private static JsonObject New(string name, CustomPerformanceMetric metric) => new()
    {
        ["name"] = name,
        ["kind"] = "threshold",
        ["agg"] = "avg",
        ["window"] = "10s",
        ["for"] = "0s",
        ["severity"] = "warning",
        ["labels"] = new JsonObject(),
        ["annotations"] = new JsonObject
        {
            ["summary"] = metric.Description.Length > 0 ? metric.Description : $"{metric.Name} is {(metric.Direction == AlertDirection.Above ? "above" : "below")} its threshold.",
        },
    };

    private async Task<JsonObject?> FindAsync(string name, CancellationToken stop)
    {
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var list = await SendAsync(HttpMethod.Get, Path + "?limit=1000" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor)), null, stop);
            foreach (var item in list?["items"]?.AsArray() ?? [])
            {
                if ((string?)item?["name"] == name)
                    return item!.DeepClone().AsObject();
            }

            cursor = (string?)list?["nextCursor"];
            if (cursor is null)
                return null;
        }

        return null;
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, stop);
        var answer = await response.Content.ReadAsStringAsync(stop);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{method} {path}: {(int)response.StatusCode} {Detail(answer)}", null, response.StatusCode);
        return answer.Length == 0 ? null : JsonNode.Parse(answer);
    }

    // Problem details say in "detail" what to change.
    private static string Detail(string answer)
    {
        try
        {
            return JsonNode.Parse(answer) is JsonObject problem ? (string?)problem["detail"] ?? (string?)problem["title"] ?? "" : "";
        }
        catch (JsonException)
        {
            return answer[..Math.Min(answer.Length, 200)];
        }
    }
}
