using PerfPlatform.Agent;
using Xunit;

namespace PerfPlatform.Tests.Agent;

public sealed class AgentLogTests
{
    [Theory]
    [InlineData("nothing to fill", "nothing to fill")]
    [InlineData("{Points} points wait: {Reason}.", "7 points wait: a {brace}.", 7, "a {brace}")]
    [InlineData("{All}", "all", "all")]
    public void Fill_Values_StandWhereTheirNamesWere(string template, string expected, params object[] values) => Assert.Equal(expected, AgentLog.Fill(template, values));

    [Theory]
    [InlineData(false, false, "2026-11-26T14:44:35.120Z info: agent: gone: a b")]
    [InlineData(true, false, "2026-11-26T14:44:35.120Z warn: agent: gone: a b")]
    [InlineData(true, true, """{"Timestamp":"2026-11-26T14:44:35.120Z","LogLevel":"Warning","Category":"PerfPlatform.Agent","Message":"gone: a\nb"}""")]
    public void Line_WhateverTheValues_IsOneWithItsTime(bool isWarning, bool isJson, string expected) =>
        Assert.Equal(expected, AgentLog.Line(new DateTimeOffset(2026, 11, 26, 15, 44, 35, 120, TimeSpan.FromHours(1)), isWarning, isJson, "gone: {Reason}", "a\nb"));
}
