using Microsoft.Extensions.Options;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Partitions;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Partitions;

/// <summary>When an hour is due, and what happens to one that is written while it is merged.</summary>
public sealed class CompactionBacklogTests
{
    private const long Hour = 3_600_000;
    private const long Minute = 60_000;
    private readonly CompactionBacklog _backlog = new(Options.Create(new StoreOptions { CompactionLateness = TimeSpan.FromMinutes(5) }));

    [Fact]
    public void Due_HourThatIsNotOverOrStillWritten_WaitsUntilItHasRested()
    {
        _backlog.Touch([0], Hour + Minute);

        Assert.Empty(Due(Hour + (5 * Minute)));
        Assert.Equal(0, _backlog.Behind(Hour + (5 * Minute)));
        Assert.Equal([0], Due(Hour + (6 * Minute)));
        Assert.Equal(1, _backlog.Behind(Hour + (6 * Minute)));
    }

    [Fact]
    public void Due_HourThatNeverRests_IsDueAnHourAfterItsEndAndThenAnHourApart()
    {
        for (var now = 0L; now < 2 * Hour; now += Minute)
        {
            _backlog.Touch([0], now);
            Assert.Empty(Due(now));
        }

        var due = Assert.Single(_backlog.Due(2 * Hour, 0));
        _backlog.Touch([0], 2 * Hour);
        _backlog.Done(due.Hour, due.Version);
        _backlog.Touch([0], (2 * Hour) + (10 * Minute));
        Assert.Empty(Due((2 * Hour) + (11 * Minute)));
        Assert.Equal([0], Due((2 * Hour) + (15 * Minute)));
    }

    [Fact]
    public void Done_HourThatWasWrittenMeanwhile_StaysDue()
    {
        _backlog.Touch([0], Minute);
        var due = Assert.Single(_backlog.Due(2 * Hour, 0));
        _backlog.Touch([0], 2 * Hour);
        _backlog.Done(due.Hour, due.Version);

        Assert.Equal([0], Due(3 * Hour));
        Assert.False(_backlog.IsClear(0, Hour));
        due = Assert.Single(_backlog.Due(3 * Hour, 0));
        _backlog.Done(due.Hour, due.Version);
        Assert.True(_backlog.IsClear(0, Hour));
    }

    [Fact]
    public void Behind_HoursThatAreOnlySuspected_CountOnceThereIsWork()
    {
        _backlog.Suspect(0, 3 * Hour);

        Assert.Equal([0, Hour, 2 * Hour], Due(9 * Hour));
        Assert.Equal(0, _backlog.Behind(9 * Hour));
        _backlog.Confirm(Hour);
        Assert.Equal(1, _backlog.Behind(9 * Hour));
    }

    [Fact]
    public void Due_HoursBeforeTheRetention_AreForgotten()
    {
        _backlog.Touch([0, 5 * Hour], 0);

        Assert.Equal([5 * Hour], _backlog.Due(9 * Hour, Hour).Select(d => d.Hour));
        Assert.Equal([5 * Hour], Due(9 * Hour));
    }

    [Theory]
    [InlineData(1000, 1, 10_000, 99)] // the budget of rows decides
    [InlineData(10, 50, 10_000, 50)] // half of the time decides
    [InlineData(0, 0, 10_000, 0)]
    public void Rest_OfWork_KeepsToTheBudgetAndToHalfOfTheTime(int rows, int workMs, int rowsPerSecond, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), CompactionPace.Rest(rows, TimeSpan.FromMilliseconds(workMs), rowsPerSecond));

    private IEnumerable<long> Due(long now) => _backlog.Due(now, 0).Select(d => d.Hour);
}
