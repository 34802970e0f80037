using FsCheck;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Segments;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Compaction;

/// <summary>The order in which merged segments are written, and when they are cut.</summary>
public sealed class SegmentPagesTests
{
    [Property(MaxTest = 300)]
    public void Fill_AnyRows_GivesEachOnce(NonNegativeInt[] sizes)
    {
        var pages = new SegmentPages();
        var rows = sizes.Select((size, i) => Row(i, size.Get * 37 % 9000)).ToList();

        Assert.Equal(rows, pages.Fill(rows).OrderBy(r => r.SeriesId));
    }

    [Fact]
    public void Fill_HoursOfCountersGaugesAndRareChanges_LeavesLittleOfThePagesEmpty()
    {
        var pages = new SegmentPages();
        var random = new Random(4);
        var written = new List<int>();
        for (var portion = 0; portion < 50; portion++)
        {
            var rows = Enumerable.Range(0, 20).SelectMany(s => s % 3 == 2 ? new[] { random.Next(90, 140) } : [SegmentPages.Third - random.Next(40), random.Next(600, 800)]);
            written.AddRange(pages.Fill([.. rows.Select((size, i) => Row(i, size))]).Select(r => r.Data.Length));
        }

        // As PostgreSQL writes a file anew: a row that does not fit begins a page.
        var (needed, count, free) = (0, 0, 0);
        foreach (var size in written)
        {
            var takes = ((size + 124 + 7) / 8 * 8) + 4;
            needed += takes;
            if (takes > free) (count, free) = (count + 1, SegmentPages.Page);
            free -= takes;
        }

        Assert.InRange(needed / (double)(count * SegmentPages.Page), 0.96, 1);
    }

    [Theory]
    [InlineData(SegmentPages.Third, false)]
    [InlineData(SegmentPages.Third + 1, true)]
    [InlineData(3230, true)]
    [InlineData(3900, false)]
    [InlineData(9000, false)]
    public void IsCut_ByLength_WhereTwoRowsTakeLess(int bytes, bool expected) => Assert.Equal(expected, SegmentPages.IsCut(bytes));

    private static SegmentRow Row(int id, int size) => new() { SeriesId = id, Data = new byte[size] };
}
