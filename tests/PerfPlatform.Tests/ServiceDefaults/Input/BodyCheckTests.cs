using System.Text.Json;
using PerfPlatform.Alerting.Api;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Reports;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults.Input;

public sealed class BodyCheckTests
{
    [Theory]
    [InlineData("""{"treshold":1}""", "'treshold' is not a field that is known here: did you mean 'threshold'?")]
    [InlineData("""{"xyzzy":1}""", "'xyzzy' is not a field that is known here: known are name, metric,")]
    [InlineData("""{"labels":{"a":null}}""", "'labels.a' must not be null")]
    [InlineData("""{"match":["a=b",null]}""", "'match[1]' must not be null")]
    [InlineData("""{"name":null}""", "'name' must not be null")]
    [InlineData("""{"window":null}""", "'window' must not be null")]
    [InlineData("""{"window":"10 minutes"}""", "'window' is '10 minutes': write a duration")]
    [InlineData("""{"for":60}""", "'for' is 60: write a duration")]
    [InlineData("""{"severity":"bad"}""", "'severity' is 'bad': write one of info, warning, critical.")]
    [InlineData("""{"severity":1}""", "'severity' is 1: write one of info, warning, critical.")]
    [InlineData("""{"agg":"p98"}""", "write one of avg, min, max")]
    [InlineData("""{"threshold":"0.8"}""", "'threshold' is '0.8': write a number.")]
    [InlineData("""{"enabled":"yes"}""", "'enabled' is 'yes': write true or false.")]
    [InlineData("""{"name":[]}""", "'name' is a list: write a text in quotes.")]
    [InlineData("""{"match":"a=b"}""", "'match' must be a list")]
    [InlineData("""{"labels":[]}""", "'labels' must be an object")]
    [InlineData("""{"name":"a\u0000b"}""", "'name' must not hold the character U+0000.")]
    [InlineData("""{"labels":{"a\u0000b":"c"}}""", "'labels' must not hold the character U+0000.")]
    [InlineData("""{"match":["a=b","c=\u0000"]}""", "'match[1]' must not hold the character U+0000.")]
    [InlineData("[]", "The body must be an object")]
    [InlineData("null", "The body must be an object")]
    public void Find_WrongRule_NamesFieldAndWhatToWrite(string body, string told)
    {
        var wrong = Find<RuleDefinition>(body);
        Assert.Contains(told, wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("PerfPlatform.", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_RightBodies_FindsNothing()
    {
        Assert.Null(Find<RuleDefinition>("""{"name":"x","metric":"m","threshold":1,"Severity":"Critical","by":null,"labels":{"a":"b"},"for":"1h30m","match":[]}"""));
        Assert.Null(Find<BacktestRequest>("""{"rule":{"name":"x"},"from":1790000000000,"to":"now-1m"}"""));
        Assert.Null(Find<SilenceDefinition>("""{"matchers":["a=b"],"startsAt":1790000000000,"endsAt":"2026-05-01T12:00:00+02:00"}"""));
        Assert.Null(Find<ComponentDefinition>("""{"probe":{"kind":"http","url":"http://a/"},"interval":"10s"}"""));
    }

    [Theory]
    [InlineData("""{"endsAt":"2026-05-01T12:00:00"}""", "'endsAt' is '2026-05-01T12:00:00', a time without an offset: add Z")]
    [InlineData("""{"endsAt":"soon"}""", "'endsAt' is 'soon', which is not a time")]
    [InlineData("""{"endsAt":99999999999999999}""", "'endsAt' is 99999999999999999, which is no time")]
    [InlineData("""{"endsAt":true}""", "'endsAt' is 'true', which is not a time")]
    public void Find_WrongTime_SaysWhatToWrite(string body, string told) => Assert.Contains(told, Find<SilenceDefinition>(body), StringComparison.Ordinal);

    [Fact]
    public void Find_DeepAndMissing_TellsPaths()
    {
        Assert.Equal("'probe.ulr' is not a field that is known here: did you mean 'url'? 'probe.kind' is required.", Find<ComponentDefinition>("""{"probe":{"ulr":"http://a/"}}"""));
        Assert.Equal("'kind' is required. 'format' is required.", Find<ReportRequest>("{}"));
        Assert.Contains("'from' must be a time", Find<ReportRequest>("""{"kind":"performance","format":"csv","from":{}}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_FieldsOfTheAnswer_MayComeBackOnlyWhereTold()
    {
        const string body = """{"name":"x","id":"1","version":3,"createdAt":"2026-01-01T00:00:00Z"}""";
        using var document = JsonDocument.Parse(body);
        Assert.Null(BodyCheck.Find(document.RootElement, typeof(RuleDefinition), typeof(AlertRule), PerfPlatformJson.Options));
        Assert.Contains("'id' is not a field", Find<RuleDefinition>(body), StringComparison.Ordinal);
    }

    private static string? Find<T>(string body)
    {
        using var document = JsonDocument.Parse(body);
        return BodyCheck.Find(document.RootElement, typeof(T), null, PerfPlatformJson.Options);
    }
}
