using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>Walks every documented endpoint of every service and sends what it does not take: each says what to change, none takes it or fails.</summary>
public sealed partial class InputTests(RunningProduct product) : IClassFixture<RunningProduct>
{
    // Their clients are other products', which send what they like.
    private static readonly string[] s_foreign = ["/v1/metrics", "/write", "/api/v1/write", "/api/v1/collectd", "/api/v2/write", "/api/v1/influx/write", "/api/v1/influx/api/v2/write", "/api/v1/alerts/inbound"];

    [Fact]
    public async Task EveryEndpoint_WrongInput_Is400ThatNamesIt()
    {
        using var document = JsonDocument.Parse(await product.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var failures = new List<string>();
        var walked = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject().Where(p => !s_foreign.Contains(p.Name)))
        {
            foreach (var operation in path.Value.EnumerateObject().Where(o => o.Name is "get" or "post" or "put" or "delete" or "patch"))
            {
                walked++;
                var address = InPath().Replace(path.Name, "00000000000000000000000000000001");
                var method = new HttpMethod(operation.Name.ToUpperInvariant());
                await ExpectAsync(failures, method, address + "?unknwon=1", null, "unknwon");
                // PostgreSQL has no text with it.
                foreach (var name in Texts(operation.Value)) await ExpectAsync(failures, method, $"{address}?{name}=a%00b", null, $"'{name}'");
                if (Body(operation.Value) is not { } schema) continue;
                if (schema.ValueKind == JsonValueKind.Object && path.Name != "/api/v1/samples") await WrongBodiesAsync(failures, method, address, Fields(document.RootElement, schema));
            }
        }

        Assert.True(walked > 40, $"{walked} endpoints were documented.");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("/api/v1/samples", """{"sample":[]}""", "did you mean 'samples'?")]
    [InlineData("/api/v1/alerts/rules", """{"name":"x","metric":"m","threshold":1,"labels":{"a":null}}""", "'labels.a' must not be null")]
    [InlineData("/api/v1/alerts/rules", """{"name":"x","metric":"m","treshold":1}""", "did you mean 'threshold'?")]
    [InlineData("/api/v1/alerts/rules", """{"name":"x","name":"y"}""", "The body is not JSON: Duplicate")]
    [InlineData("/api/v1/alerts/rules", "{\n\"name\":tru}", "The body is not JSON: line 2, byte ")]
    [InlineData("/api/v1/alerts/rules", "", "The request has no body")]
    [InlineData("/api/v1/alerts/silences", """{"matchers":["a=b"],"endsAt":"2099-01-01T00:00:00"}""", "add Z for UTC")]
    [InlineData("/api/v1/alerts/silences", """{"matchers":["a=b"],"startsAt":"2020-01-01T00:00:00Z","endsAt":"2020-01-02T00:00:00Z"}""", "'endsAt' must lie in the future.")]
    [InlineData("/api/v1/alerts/rules", """{"name":"x","metric":"m","severity":"bad"}""", "'severity' is 'bad': write one of info, warning, critical.")]
    [InlineData("/api/v1/keys", """{"name":"x","scopes":[null]}""", "'scopes[0]' must not be null")]
    [InlineData("/api/v1/keys", """{"name":"a\r\nb","scopes":["read"]}""", "'name' must have 1 to 100 characters, none of them")]
    [InlineData("/api/v1/keys", """{"name":"x","scopes":["a\ud800"]}""", "half a character")]
    [InlineData("/api/v1/users", """{"name":"eve\n","password":"four words of mine","role":"viewer"}""", "'name' must be")]
    [InlineData("/api/v1/users", """{"name":"eve","password":"four words of mine","role":2}""", "'role' is 2: write one of viewer, editor, admin.")]
    [InlineData("/api/v1/alerts/rules", """{"name":"x","metric":"m","threshold":1,"labels":{"a\u0000b":"c"}}""", "must not hold the character U+0000")]
    [InlineData("/api/v1/webhooks", """{"url":"http://a.example/","sendResolved":true}""", "'sendResolved' is not a field")]
    [InlineData("/api/v1/webhooks", """{"url":"http://a.example/","groupInterval":"5 minutes"}""", "'groupInterval' is '5 minutes': write a duration")]
    public async Task Post_Wrong_SaysWhatToChange(string path, string body, string told)
    {
        var failures = new List<string>();
        await ExpectAsync(failures, HttpMethod.Post, path, body, told);
        Assert.Empty(failures);
    }

    [Theory]
    [InlineData("/api/v1/alerts?state=firing,pendign", "'state' is 'pendign': write one of pending, firing, resolved, unknown.")]
    [InlineData("/api/v1/alerts?state=1", "write one of pending, firing")]
    [InlineData("/api/v1/alerts?from=2026-01-01T00:00:00", "add Z for UTC")]
    [InlineData("/api/v1/query?metric=a&from=2026-01-01T00:00:00", "add Z for UTC")]
    [InlineData("/api/v1/query?metric=a&agg=p98", "write one of avg, min, max, sum, count, last, p50, p95, p99.")]
    [InlineData("/api/v1/analysis/bottlenecks?from=2026-01-01T00:00:00", "add Z for UTC")]
    [InlineData("/api/v1/alerts?limit=many", "'limit' is 'many': write a whole number.")]
    public async Task Get_Wrong_SaysWhatToChange(string address, string told)
    {
        var failures = new List<string>();
        await ExpectAsync(failures, HttpMethod.Get, address, null, told);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task WhatIsShown_MayBePutBack_AndTimesAreOneForm()
    {
        var end = TimeProvider.System.GetUtcNow().AddHours(1);
        var silence = await SendAsync(HttpMethod.Post, "/api/v1/alerts/silences", $$"""{"matchers":["a=b"],"endsAt":{{end.ToUnixTimeMilliseconds()}}}""");
        Assert.Equal(HttpStatusCode.Created, silence.Status);
        using var shown = JsonDocument.Parse(silence.Text);
        Assert.Equal(end.ToUnixTimeMilliseconds(), shown.RootElement.GetProperty("endsAt").GetDateTimeOffset().ToUnixTimeMilliseconds());
        var back = await SendAsync(HttpMethod.Put, $"/api/v1/alerts/silences/{shown.RootElement.GetProperty("id").GetString()}", silence.Text);
        Assert.True(back.Status == HttpStatusCode.OK, back.Text);
        var samples = await SendAsync(HttpMethod.Post, "/api/v1/samples", """{"samples":[{"metric":"a","value":1,"time":"2026-01-01T00:00:00"},{"metric":"a","value":1,"tmie":3}]}""");
        Assert.Contains("add Z for UTC", samples.Text, StringComparison.Ordinal);
        Assert.Contains("did you mean 'time'?", samples.Text, StringComparison.Ordinal);
    }

    private async Task WrongBodiesAsync(List<string> failures, HttpMethod method, string address, IReadOnlyList<(string Name, string Type)> fields)
    {
        await ExpectAsync(failures, method, address, """{"unknwonField":1}""", "unknwonField");
        foreach (var (name, type) in fields)
        {
            // A list where none is taken, else a number.
            await ExpectAsync(failures, method, address, $$"""{"{{name}}":{{(type == "array" ? "1" : "[[1]]")}}}""", $"'{name}'");
            if (type == "string") await ExpectAsync(failures, method, address, $$"""{"{{name}}":"a\u0000b"}""", $"'{name}' must not hold");
        }

        await ExpectAsync(failures, method, address, """{"a":""", "The body is not JSON: line 1");
    }

    private async Task ExpectAsync(List<string> failures, HttpMethod method, string address, string? body, string told)
    {
        var (status, text) = await SendAsync(method, address, body);
        if (status != HttpStatusCode.BadRequest || !Detail(text).Contains(told, StringComparison.Ordinal) || Detail(text).Contains("System.", StringComparison.Ordinal) || Detail(text).Contains("PerfPlatform.", StringComparison.Ordinal))
            failures.Add($"{method} {address} {body}: {(int)status} {text}");
    }

    private static string Detail(string problem)
    {
        using var document = JsonDocument.Parse(problem.Length == 0 ? "{}" : problem);
        return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "";
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string address, string? body)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await product.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        // A stream has no end.
        var text = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text);
    }

    // The parameters of an address that take a text.
    private static IEnumerable<string> Texts(JsonElement operation) => !operation.TryGetProperty("parameters", out var parameters) ? [] : parameters.EnumerateArray()
        .Where(p => p.GetProperty("in").GetString() == "query" && p.TryGetProperty("schema", out var schema) && schema.TryGetProperty("type", out var type) && type.ToString().Contains("string", StringComparison.Ordinal))
        .Select(p => p.GetProperty("name").GetString()!);

    private static JsonElement? Body(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/json", out var json) ? json.GetProperty("schema") : null;

    // Of each field the first word of its type; references are objects or enumerations.
    private static IReadOnlyList<(string Name, string Type)> Fields(JsonElement document, JsonElement schema)
    {
        if (schema.TryGetProperty("oneOf", out var choices)) schema = choices.EnumerateArray().First(c => c.TryGetProperty("$ref", out _));
        if (schema.TryGetProperty("$ref", out var reference)) schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        return !schema.TryGetProperty("properties", out var properties) ? [] :
        [
            .. properties.EnumerateObject().Select(p => (p.Name, !p.Value.TryGetProperty("type", out var type) ? "object"
                : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!).First(t => t != "null") : type.GetString()!)),
        ];
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex InPath();
}
