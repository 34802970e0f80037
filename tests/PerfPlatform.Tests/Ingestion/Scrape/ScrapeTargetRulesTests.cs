using Microsoft.Extensions.Options;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Scrape;
using PerfPlatform.Ingestion.Scrape.Targets;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Scrape;

public sealed class ScrapeTargetRulesTests
{
    private static readonly ScrapeTargetDefinition Good = new() { Job = "node", Target = "web-1:9100" };

    [Theory]
    [InlineData("web-1:9100", "http://web-1:9100/metrics")]
    [InlineData("web-1", "http://web-1/metrics")]
    [InlineData("web-1:80", "http://web-1/metrics")]
    [InlineData("[::1]:9100", "http://[::1]:9100/metrics")]
    [InlineData("10.0.0.1:9100", "http://10.0.0.1:9100/metrics")]
    public void Check_Address_IsTakenAsTheInstance(string address, string url)
    {
        var definition = Good with { Target = address };
        Assert.Null(ScrapeTargetRules.Check(definition, new IngestionOptions()));
        var target = ScrapeTargetRules.Target("x", ScrapeSource.Api, definition);
        Assert.Equal((url, address), (target.Url.ToString(), target.Labels["instance"]));
    }

    public static TheoryData<string, ScrapeTargetDefinition> Bad => new()
    {
        { "'job'", Good with { Job = " " } },
        { "'target'", Good with { Target = "http://web-1:9100" } },
        { "'target'", Good with { Target = "user:secret@web-1:9100" } },
        { "'target'", Good with { Target = "web-1:99999" } },
        { "'target'", Good with { Target = "" } },
        { "'target'", Good with { Path = "//other/metrics" } },
        { "'path'", Good with { Path = "metrics" } },
        { "'path'", Good with { Path = null! } },
        { "'labels'", Good with { Labels = null! } },
        { "'scheme'", Good with { Scheme = "file" } },
        { "'interval'", Good with { Interval = TimeSpan.FromMilliseconds(99) } },
        { "'timeout'", Good with { Timeout = TimeSpan.FromSeconds(16) } },
        { "'maxSamples'", Good with { MaxSamples = 0 } },
        { "'maxBodyBytes'", Good with { MaxBodyBytes = int.MaxValue } },
        { "named '__name__'", Good with { Labels = new Dictionary<string, string> { ["__name__"] = "x" } } },
        { "not both", Good with { BearerToken = "t", Username = "u" } },
        { "needs a 'username'", Good with { Password = "p" } },
        { "colon", Good with { Username = "a:b" } },
        { "printable", Good with { BearerToken = "a\r\nX-Other: b" } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Check_WhatCannotBeScraped_SaysWhatToChange(string words, ScrapeTargetDefinition definition) =>
        Assert.Contains(words, ScrapeTargetRules.Check(definition, new IngestionOptions()), StringComparison.Ordinal);

    [Fact]
    public void Validate_SettingsWithMistakes_NamesTheJob()
    {
        var validator = new ScrapeOptionsValidator(Options.Create(new IngestionOptions()));
        Assert.True(validator.Validate(null, new ScrapeOptions { Jobs = [new ScrapeJob { Name = "node", Targets = ["a:1", "b:1"] }] }).Succeeded);
        var result = validator.Validate(null, new ScrapeOptions { MaxConcurrent = 0, Jobs = [new ScrapeJob { Name = "node", Targets = ["a:1", "a:1", "b 1"] }, new ScrapeJob { Name = "empty" }] });
        string[] expected = ["MaxConcurrent is 0", "Jobs:0 (node, a:1): another target has the same labels", "Jobs:0 (node, b 1): 'target'", "Jobs:1 (empty) has no Targets"];
        Assert.All(result.Failures!.Order().Zip(expected.Order()), pair => Assert.StartsWith("Ingestion:Scrape:" + pair.Second, pair.First, StringComparison.Ordinal));
        Assert.Equal(expected.Length, result.Failures!.Count());
    }
}
