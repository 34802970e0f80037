using System.Text;

namespace PerfPlatform.Agent.Kernel;

/// <summary>
/// Things of the kernel that have a name (disks, network interfaces), each with the state kept for it. Looked up by the name's bytes,
/// so that a name becomes a string only once. Holds at most so many; those not seen in a round go.
/// </summary>
/// <param name="create">Makes the state of a name that is new.</param>
/// <param name="max">Things beyond this number are not reported: a machine with more has containers come and go.</param>
internal sealed class NamedSeries<T>(Func<string, T> create, int max = 256)
    where T : class
{

    private readonly List<Entry> _entries = [];
    private int _next;

    public int Count => _entries.Count;

    public T this[int index] => _entries[index].Item;

    /// <summary>Starts a round: everything is unseen.</summary>
    public void BeginRound()
    {
        _next = 0;
        foreach (var entry in _entries)
            entry.Seen = false;
    }

    /// <summary>The state of the thing of this name, or null beyond the bound. The kernel lists things in the same order, so the first guess is nearly always right.</summary>
    public T? See(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            var at = (_next + i) % _entries.Count;
            if (!name.SequenceEqual(_entries[at].Name))
                continue;
            _next = at + 1;
            _entries[at].Seen = true;
            return _entries[at].Item;
        }

        if (_entries.Count == max)
            return null;
        var added = new Entry(name.ToArray(), create(Encoding.UTF8.GetString(name))) { Seen = true };
        _entries.Add(added);
        return added.Item;
    }

    /// <summary>Ends a round: what was not seen is forgotten.</summary>
    public void EndRound() => _entries.RemoveAll(entry => !entry.Seen);

    private sealed class Entry(byte[] name, T item)
    {
        public byte[] Name { get; } = name;

        public T Item { get; } = item;

        public bool Seen { get; set; }
    }
}
