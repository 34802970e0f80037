using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Queries;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>Numbers of an answer are the bytes that the framework's JSON writer would write.</summary>
public sealed class NumberTextTests
{
    [Property(MaxTest = 5000, Arbitrary = [typeof(Numbers)])]
    public void Write_OfAnyNumbers_IsTheFrameworksText(double[] values)
    {
        // One writer for all: what it remembers of a number must not show in the next.
        var writer = new NumberText();
        var target = new byte[NumberText.MaxBytes];
        foreach (var value in values)
        {
            var length = writer.Write(target, value);
            Assert.Equal(JsonSerializer.Serialize(value), Encoding.UTF8.GetString(target, 0, length));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(-12.50)]
    [InlineData(0.0001)]
    [InlineData(0.00001)]
    [InlineData(999_999_999_999_999)]
    [InlineData(1e15)]
    [InlineData(1e22)]
    [InlineData(9_007_199_254_740_993)]
    [InlineData(123_456_789.123456)]
    [InlineData(0.1 + 0.2)]
    [InlineData(99.995)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    public void Write_AtTheEdges_IsTheFrameworksText(double value)
    {
        var target = new byte[NumberText.MaxBytes];
        var writer = new NumberText();

        var length = writer.Write(target, value);

        Assert.Equal(JsonSerializer.Serialize(value), Encoding.UTF8.GetString(target, 0, length));
    }

    /// <summary>Decimals of every size, neighbours of decimals, and any bits that are a finite number.</summary>
    public static class Numbers
    {
        public static Arbitrary<double> Double() =>
            Gen.OneOf(
                Gen.Constant(-0.0),
                from digits in Gen.Choose(-1_000_000_000, 1_000_000_000)
                from power in Gen.Choose(-3, 9)
                select digits / Math.Pow(10, power),
                from digits in ArbMap.Default.GeneratorFor<long>()
                from power in Gen.Choose(0, 8)
                select digits % 10_000_000_000_000_000 / Math.Pow(10, power),
                from digits in Gen.Choose(-100_000, 100_000)
                from power in Gen.Choose(0, 4)
                from step in Gen.Elements(-1, 1)
                select step < 0 ? Math.BitDecrement(digits / Math.Pow(10, power)) : Math.BitIncrement(digits / Math.Pow(10, power)),
                from bits in ArbMap.Default.GeneratorFor<long>()
                let value = BitConverter.Int64BitsToDouble(bits * 6_364_136_223_846_793_005)
                where double.IsFinite(value)
                select value).ToArbitrary();
    }
}
