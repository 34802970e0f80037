using FsCheck.Xunit;
using PerfPlatform.Client.Metrics;
using Xunit;

namespace PerfPlatform.Tests.Client.Metrics;

/// <summary>Validation, thresholds and collection of a custom metric.</summary>
public class CustomPerformanceMetricTests
{
    [Fact]
    public void Validate_GoodMetric_IsValid()
    {
        var metric = new CustomPerformanceMetric("queue.size", () => 12, threshold: 80) { Unit = "{document}", Minimum = 0, Maximum = 100, Labels = new Dictionary<string, string> { ["component"] = "ocr" } };
        var validation = metric.Validate([1, 50, 90]);
        Assert.True(validation.IsValid, validation.ToString());
        Assert.Empty(validation.Warnings);
        Assert.Equal("valid", validation.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("with blank")]
    [InlineData("größe")]
    [InlineData("line\n")]
    public void Validate_BadName_SaysHowItMustBe(string name) =>
        Assert.Contains("must start with a letter", Assert.Single(new CustomPerformanceMetric(name, () => 1).Validate().Errors));

    [Fact]
    public void Validate_LongNameUnitAndLabels_AreErrors()
    {
        var metric = new CustomPerformanceMetric("a" + new string('b', 255), () => 1)
        {
            Unit = new string('x', 64),
            Labels = new Dictionary<string, string> { ["ok"] = "", ["bad name"] = "x", ["long"] = new string('y', 257) },
        };
        Assert.Equal(5, metric.Validate().Errors.Count);
    }

    [Fact]
    public void Validate_FunctionThrows_IsAnErrorAndDoesNotThrow() =>
        Assert.Contains("InvalidOperationException: no queue", Assert.Single(new CustomPerformanceMetric("a", () => throw new InvalidOperationException("no queue")).Validate().Errors));

    [Theory]
    [InlineData(double.NaN, "must be finite")]
    [InlineData(double.PositiveInfinity, "must be finite")]
    [InlineData(-1, "less than the Minimum 0")]
    [InlineData(101, "more than the Maximum 100")]
    public void Validate_FunctionGivesWrongValue_IsAnError(double value, string reason)
    {
        var metric = new CustomPerformanceMetric("a", () => value) { Minimum = 0, Maximum = 100 };
        Assert.Contains(reason, Assert.Single(metric.Validate().Errors));
        var good = new CustomPerformanceMetric("a", () => 1) { Minimum = 0, Maximum = 100 };
        Assert.Contains("value 1 is", Assert.Single(good.Validate([5, value, 5]).Errors));
        Assert.Contains(reason, Assert.Single(good.Validate([5, value, 5]).Errors));
    }

    [Fact]
    public void Validate_SlowFunction_IsAnError()
    {
        var metric = new CustomPerformanceMetric("a", () =>
        {
            SpinWait.SpinUntil(static () => false, 2 * CustomPerformanceMetric.CollectLimit);
            return 1;
        });
        Assert.Contains("100 ms are allowed", Assert.Single(metric.Validate().Errors));
    }

    [Theory]
    [InlineData(100, AlertDirection.Above, "cannot be reached")]
    [InlineData(0, AlertDirection.Below, "cannot be reached")]
    [InlineData(-5, AlertDirection.Above, "every value would alert")]
    [InlineData(105, AlertDirection.Below, "every value would alert")]
    [InlineData(5, AlertDirection.Above, "alert all the time")]
    [InlineData(95, AlertDirection.Below, "alert all the time")]
    public void Validate_UselessThreshold_IsAnError(double threshold, AlertDirection direction, string reason)
    {
        var metric = new CustomPerformanceMetric("a", () => 50, threshold) { Minimum = 0, Maximum = 100, Direction = direction };
        Assert.Contains(reason, Assert.Single(metric.Validate([20, 50, 80]).Errors));
    }

    [Fact]
    public void Validate_ThresholdNotReachedByTestData_IsAWarning()
    {
        var validation = new CustomPerformanceMetric("a", () => 50, 90).Validate([20, 80]);
        Assert.True(validation.IsValid);
        Assert.Contains("None of 2 test values", Assert.Single(validation.Warnings));
    }

    [Fact]
    public void Validate_RangeUpsideDown_IsAnError() => Assert.NotEmpty(new CustomPerformanceMetric("a", () => 5) { Minimum = 5, Maximum = 5 }.Validate().Errors);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void SetAlertThreshold_NotFinite_Throws(double threshold)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CustomPerformanceMetric("a", () => 1).SetAlertThreshold(threshold));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CustomPerformanceMetric("a", () => 1, threshold));
    }

    [Property]
    public void IsBreachedBy_AnyValues_IsBeyondTheThreshold(int threshold, int value)
    {
        var above = new CustomPerformanceMetric("a", () => 1, threshold);
        var below = new CustomPerformanceMetric("a", () => 1) { Direction = AlertDirection.Below };
        Assert.False(below.IsBreachedBy(value));
        below.SetAlertThreshold(threshold);
        Assert.Equal(value > threshold, above.IsBreachedBy(value));
        Assert.Equal(value < threshold, below.IsBreachedBy(value));
        Assert.Equal(threshold, below.Threshold);
        below.ClearAlertThreshold();
        Assert.False(below.IsBreachedBy(value));
        Assert.False(above.IsBreachedBy(double.NaN));
    }

    [Fact]
    public void Collect_Function_IsItsValue() => Assert.Equal(4.5, new CustomPerformanceMetric("a", () => 4.5).Collect());
}
