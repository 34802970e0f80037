using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// How merged segments lie in PostgreSQL's pages of 8 kB. A row is never cut by a page's end, so an hour of a counter at 1 s, 3.3 kB with its columns, would leave a
/// fifth of each page empty, two by two. It is cut in time instead: a row of a third of a page, and one of what is left. Rows are then written in an order that
/// fills pages. Knows no database; what it believes of the page that was begun last may be wrong, which costs space and nothing else.
/// </summary>
internal sealed class SegmentPages
{
    /// <summary>What a page has for its rows and the pointers to them.</summary>
    public const int Page = 8192 - 24;

    /// <summary>The most bytes of data of which three rows fit in a page.</summary>
    public const int Third = (((Page / 3) - Pointer) / 8 * 8) - Header;

    private const int Pointer = 4;
    private const int Header = 24 + 96 + 4; // of the tuple, the columns, the length of the data
    private const int Outside = 18; // what a row keeps of data that lie in the side table

    // Beyond it two rows take more than the half page that one takes, counting the second's index entry.
    private const int Most = 3450;

    private int _free = Page;

    /// <summary>Whether a segment of so many bytes takes less as two.</summary>
    public static bool IsCut(int bytes) => bytes is > Third and <= Most;

    /// <summary>How many of the first samples to try, where all of them take so many bytes.</summary>
    public static int Cut(int samples, int bytes) => Math.Clamp((int)((long)samples * (Third - 16) / bytes), 1, samples - 1);

    /// <summary>The rows, each the largest that the page still takes, else the largest of all on a new page.</summary>
    public IEnumerable<SegmentRow> Fill(IReadOnlyList<SegmentRow> rows)
    {
        // Bounded by the rows of a portion, 5,000; of equal size in the order of their series.
        var left = rows.OrderByDescending(r => Size(r.Data.Length)).ToList();
        while (left.Count > 0)
        {
            var at = left.FindIndex(r => Size(r.Data.Length) <= _free);
            if (at < 0) (at, _free) = (0, Page);
            var row = left[at];
            left.RemoveAt(at);
            _free = Math.Max(0, _free - Size(row.Data.Length));
            yield return row;
        }
    }

    /// <summary>What a row takes of its page: one that is longer than half of it has its data elsewhere.</summary>
    private static int Size(int bytes)
    {
        var tuple = (bytes + Header + 7) / 8 * 8;
        return Pointer + (tuple > Page / 2 ? (Header + Outside + 7) / 8 * 8 : tuple);
    }
}
