using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>The limits of a question, and what their errors tell to do.</summary>
public sealed class RangePlanTests
{
    [Fact]
    public void CheckSeries_AtTheLimit_Passes() => RangePlan.CheckSeries(RangeQuery.MaxSeries);

    [Fact]
    public void CheckSeries_BeyondTheLimit_SaysHowToAskForFewer() =>
        Assert.Contains("label filters", Assert.Throws<QueryException>(() => RangePlan.CheckSeries(RangeQuery.MaxSeries + 1)).Message);

    [Theory]
    [InlineData(7, "1s", 1, "step=1m")]
    [InlineData(1, "1m", 1000, "step=2m")]
    public void CheckSize_BeyondTheLimit_NamesTheStepThatFits(int days, string step, int lines, string advice)
    {
        var plan = RangePlan.Of(new RangeQuery { Selector = SeriesSelector.Of("m"), From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch.AddDays(days), Step = DurationText.Parse(step) });

        Assert.Contains(advice, Assert.Throws<QueryException>(() => plan.CheckSize(lines)).Message);
    }
}
