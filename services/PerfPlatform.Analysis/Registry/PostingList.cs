namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// Ids of series in ascending order. Ids nearly always come in order and are then appended; everything else copies, so that a part handed out
/// (<see cref="Snapshot"/>) never changes. The registry's lock is held by whoever changes it.
/// </summary>
internal class PostingList
{
    // Most labels of a large installation have one series: an instance, a process.
    private int[] _ids = [];
    private int _count;

    public int Count => _count;

    public ReadOnlyMemory<int> Snapshot() => _ids.AsMemory(0, _count);

    public void Add(int id)
    {
        if (_count > 0 && _ids[_count - 1] >= id)
        {
            Insert(id);
            return;
        }

        if (_count == _ids.Length) Array.Resize(ref _ids, _count == 0 ? 1 : Math.Max(4, _count * 2));
        _ids[_count++] = id;
    }

    public void Remove(HashSet<int> ids)
    {
        _ids = [.. _ids.Take(_count).Where(id => !ids.Contains(id))];
        _count = _ids.Length;
    }

    /// <summary>The ids that both lists have.</summary>
    public static int[] Intersect(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var result = new int[Math.Min(left.Length, right.Length)];
        int count = 0, l = 0, r = 0;
        while (l < left.Length && r < right.Length)
        {
            if (left[l] < right[r]) l++;
            else if (left[l] > right[r]) r++;
            else
            {
                result[count++] = left[l++];
                r++;
            }
        }

        return result[..count];
    }

    private void Insert(int id)
    {
        var at = _ids.AsSpan(0, _count).BinarySearch(id);
        if (at >= 0) return;
        var ids = new int[Math.Max(4, (_count + 1) * 2)];
        _ids.AsSpan(0, ~at).CopyTo(ids);
        ids[~at] = id;
        _ids.AsSpan(~at, _count - ~at).CopyTo(ids.AsSpan(~at + 1));
        (_ids, _count) = (ids, _count + 1);
    }
}
