using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Recent;

/// <summary>What stays in memory, and from when on it is said to be complete.</summary>
public sealed class RecentSegmentsTests
{
    [Fact]
    public void View_BeforeTheBoundIsKnown_IsCompleteFromNever()
    {
        var recent = new RecentSegments(long.MaxValue);
        recent.Add(Window(0), long.MinValue);

        Assert.Equal(long.MaxValue, recent.View.CompleteFrom);
        recent.Complete(500);
        Assert.Equal(500, recent.View.CompleteFrom);
    }

    [Fact]
    public void Add_BeyondItsBytes_LetsGoOfWhatEndsFirstAndSaysSo()
    {
        var recent = new RecentSegments(2 * Window(0).Bytes);
        recent.Complete(long.MinValue);
        recent.Add(Window(2000), long.MinValue);
        recent.Add(Window(0), long.MinValue);
        recent.Add(Window(1000), long.MinValue);

        Assert.Equal([2000, 1000], recent.View.Windows.Select(w => w.Start));
        Assert.Equal(100, recent.View.CompleteFrom); // the window that went ended at 99
    }

    [Fact]
    public void Complete_AfterSomethingHadToGo_IsNotBeforeItsEnd()
    {
        var recent = new RecentSegments(Window(0).Bytes);
        recent.Add(Window(1000), long.MinValue);
        recent.Add(Window(2000), long.MinValue);
        recent.Complete(0);

        Assert.Equal(1100, recent.View.CompleteFrom);
    }

    [Fact]
    public void Add_OlderThanRetentionKeeps_LetsItGo()
    {
        var recent = new RecentSegments(long.MaxValue);
        recent.Complete(long.MinValue);
        recent.Add(Window(0), long.MinValue);
        recent.Add(Window(1000), keptFrom: 500);

        Assert.Equal(1000, Assert.Single(recent.View.Windows).Start);
        Assert.Equal(100, recent.View.CompleteFrom);
    }

    [Fact]
    public void Add_WithoutRoom_KeepsNothingAndLeavesAllToTheDatabase()
    {
        var recent = new RecentSegments(0);
        recent.Complete(long.MinValue);
        recent.Add(Window(0), long.MinValue);

        Assert.Empty(recent.View.Windows);
        Assert.Equal(100, recent.View.CompleteFrom);
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        var recent = new RecentSegments(long.MaxValue);
        recent.Complete(0);
        recent.Add(Window(0), long.MinValue);

        recent.Clear();

        Assert.Same(RecentView.Unknown, recent.View);
    }

    [Fact]
    public void Replace_OfAWindowThatHasGone_ChangesNothing()
    {
        var recent = new RecentSegments(long.MaxValue);
        var (kept, gone) = (Window(1000), Window(0));
        recent.Add(kept, long.MinValue);

        recent.Replace([kept, gone], Window(5000));

        Assert.Same(kept, Assert.Single(recent.View.Windows));
    }

    [Theory]
    [InlineData(1, 0, 200, 2)]
    [InlineData(1, 100, 101, 1)]
    [InlineData(1, 50, 60, 1)]
    [InlineData(1, 200, 300, 0)]
    [InlineData(2, 0, 200, 0)]
    [InlineData(7, 0, 200, 2)]
    public void Read_OfARange_FindsWhatTouchesIt(int series, long from, long to, int expected)
    {
        var recent = new RecentSegments(long.MaxValue);
        recent.Add(Window(100, 1, 3, 5, 7), long.MinValue);
        recent.Add(Window(0, 1, 7), long.MinValue);
        var reader = new RecentReader(recent.View);
        var found = new List<StoredSegment>();

        reader.Read(series, from, to, found);

        Assert.Equal(expected, found.Count);
        Assert.Equal(found.OrderBy(s => s.Start), found);
    }

    [Fact]
    public void Find_OfIdsInAnyOrder_FindsEach()
    {
        var window = Window(0, [.. Enumerable.Range(1, 100).Select(i => i * 3)]);
        var near = 0;
        foreach (var id in Enumerable.Range(0, 310).Concat(Enumerable.Range(0, 310).Reverse()))
        {
            Assert.Equal(id % 3 == 0 && id is > 0 and <= 300 ? (id / 3) - 1 : -1, Math.Max(-1, window.Find(id, ref near)));
        }
    }

    /// <summary>One segment of 100 ms for each series.</summary>
    private static RecentWindow Window(long start, params int[] series)
    {
        var builder = new RecentWindowBuilder();
        foreach (var id in series.DefaultIfEmpty(1)) builder.Add(id, start, start + 99, 10, new BatchStamp(start, 1, 1), isLate: false, new byte[100]);
        return builder.Build()!;
    }
}
