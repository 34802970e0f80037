using System.Text.Json;
using PerfPlatform.Alerting.Api;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Queries;

/// <summary>Times in bodies: the same forms as in addresses.</summary>
public sealed class TimeJsonConverterTests
{
    [Theory]
    [InlineData("1790000000000")]
    [InlineData("\"1790000000000\"")]
    [InlineData("\"2026-09-21T14:13:20Z\"")]
    [InlineData("\"2026-09-21T16:13:20+02:00\"")]
    public void Read_EveryForm_IsThatTime(string written) =>
        Assert.Equal(1_790_000_000_000, Read<SilenceDefinition>($$"""{"endsAt":{{written}}}""").EndsAt!.Value.ToUnixTimeMilliseconds());

    [Theory]
    [InlineData("\"2026-09-21T14:13:20\"", "add Z for UTC")]
    [InlineData("99999999999999999", "no time in milliseconds")]
    [InlineData("true", "not a time")]
    public void Read_AnythingElse_SaysWhatToWrite(string written, string told) =>
        Assert.Contains(told, Assert.Throws<JsonException>(() => Read<SilenceDefinition>($$"""{"endsAt":{{written}}}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1790000000000", "1790000000000")]
    [InlineData("\"now-15m\"", "now-15m")]
    public void Read_EndOfAPeriod_IsTextOrMilliseconds(string written, string expected) => Assert.Equal(expected, Read<BacktestRequest>($$"""{"rule":{"name":"x"},"from":{{written}}}""").From);

    private static T Read<T>(string body) => JsonSerializer.Deserialize<T>(body, PerfPlatformJson.Options)!;
}
