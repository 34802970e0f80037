using PerfPlatform.Analysis.Findings;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Findings;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0.8234, "1", "82.3 %")]
    [InlineData(1, "1", "100 %")]
    [InlineData(0, "1", "0 %")]
    [InlineData(3_221_225_472, "By", "3 GiB")]
    [InlineData(1536, "By/s", "1.5 KiB/s")]
    [InlineData(0.0123, "s", "12.3 ms")]
    [InlineData(2.5, "s", "2.5 s")]
    [InlineData(12345.6, "", "12,346")]
    [InlineData(7, "{thread}", "7 thread")]
    [InlineData(-4.25, "/s", "-4.25/s")]
    public void Of_ValueAndUnit_ReadsWell(double value, string unit, string expected) => Assert.Equal(expected, Quantity.Of(value, unit));
}
