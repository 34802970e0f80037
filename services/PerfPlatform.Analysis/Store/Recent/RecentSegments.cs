namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>
/// The segments of one partition that were written last, so that questions about now need no database: bounded by bytes and by what retention keeps;
/// what ends first goes first. One writer (the flush), any number of readers, who take the view of an instant.
/// </summary>
internal sealed class RecentSegments(long maxBytes)
{
    private readonly Lock _gate = new();
    private RecentView _view = RecentView.Unknown;
    private long _forgotten = long.MinValue; // the end of what went before it was known from when on the rest is complete

    /// <summary>What is there now.</summary>
    public RecentView View => Volatile.Read(ref _view);

    /// <summary>Adds what was just committed, before the head forgets it; then lets go of what is too much or older than <paramref name="keptFrom"/>.</summary>
    public void Add(RecentWindow window, long keptFrom)
    {
        lock (_gate)
        {
            List<RecentWindow> windows = [.. _view.Windows, window];
            var (bytes, completeFrom) = (windows.Sum(w => w.Bytes), _view.CompleteFrom);
            while (windows.Count > 0)
            {
                var oldest = windows.MinBy(w => w.End)!;
                if (bytes <= maxBytes && oldest.End >= keptFrom) break;
                windows.Remove(oldest);
                bytes -= oldest.Bytes;
                if (completeFrom != long.MaxValue) completeFrom = Math.Max(completeFrom, oldest.End + 1);
                else _forgotten = Math.Max(_forgotten, oldest.End);
            }

            Volatile.Write(ref _view, new RecentView([.. windows], completeFrom));
        }
    }

    /// <summary>Puts one window in the place of several with the same samples; nothing where one of them has gone.</summary>
    public void Replace(IReadOnlyList<RecentWindow> old, RecentWindow joined)
    {
        lock (_gate)
        {
            if (!old.All(_view.Windows.Contains)) return;
            var at = Array.IndexOf(_view.Windows, old[0]);
            List<RecentWindow> windows = [.. _view.Windows];
            windows[at] = joined;
            foreach (var window in old.Skip(1)) windows.Remove(window);
            Volatile.Write(ref _view, _view with { Windows = [.. windows] });
        }
    }

    /// <summary>Says that all that was written before the last <see cref="Clear"/> ends before a time.</summary>
    public void Complete(long from)
    {
        lock (_gate) Volatile.Write(ref _view, _view with { CompleteFrom = _forgotten == long.MinValue ? from : Math.Max(from, _forgotten + 1) });
    }

    /// <summary>Forgets everything: another process may have written, or a commit's outcome is not known.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _forgotten = long.MinValue;
            Volatile.Write(ref _view, RecentView.Unknown);
        }
    }
}
