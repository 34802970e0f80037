using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace PerfPlatform.Tests.Client.Rules;

/// <summary>The rules API of the platform as api.md describes it, in memory: pages of two, ids, 409 for a name that is there.</summary>
public sealed class RulesServer : HttpMessageHandler
{
    private const int PageSize = 2;
    private int _nextId = 1;

    public List<JsonObject> Rules { get; } = [];

    public List<string> Calls { get; } = [];

    public HttpStatusCode? Fails { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls.Add(request.Method + " " + request.RequestUri!.AbsolutePath);
        if (Fails is { } status)
            return Answer(status, new JsonObject { ["detail"] = "The key needs the scope write." });
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        if (request.Method == HttpMethod.Get)
        {
            var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri.Query);
            var from = int.Parse(query["cursor"] ?? "0");
            var items = new JsonArray([.. Rules.Skip(from).Take(PageSize).Select(rule => rule.DeepClone())]);
            return Answer(HttpStatusCode.OK, new JsonObject { ["items"] = items, ["nextCursor"] = from + PageSize < Rules.Count ? (from + PageSize).ToString() : null });
        }

        if (request.Method == HttpMethod.Post)
        {
            if (Rules.Any(rule => (string?)rule["name"] == (string?)body!["name"]))
                return Answer(HttpStatusCode.Conflict, new JsonObject { ["detail"] = "There is a rule of this name." });
            body!["id"] = "r" + _nextId++;
            Rules.Add(body);
            return Answer(HttpStatusCode.Created, body.DeepClone());
        }

        var at = Rules.FindIndex(rule => request.RequestUri.AbsolutePath.EndsWith("/" + (string?)rule["id"], StringComparison.Ordinal));
        if (at < 0)
            return Answer(HttpStatusCode.NotFound, new JsonObject { ["detail"] = "No such rule." });
        Rules[at] = body!;
        return Answer(HttpStatusCode.OK, body!.DeepClone());
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, JsonNode body) => new(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
