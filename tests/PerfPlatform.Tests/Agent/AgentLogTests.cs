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
}
