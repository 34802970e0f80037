namespace PerfPlatform.Agent.Buffer;

/// <summary>
/// Requests that wait for the server, on disk: files of about <see cref="SegmentBytes"/>, numbered in order of delivery, never more than
/// the bound in all. When full, the oldest file goes and its points are counted as dropped. A request leaves with its file, so a start
/// after a crash may deliver up to one file again: the server takes the same sample twice as once. Not for several threads at a time.
/// </summary>
internal sealed class DiskBuffer : IDisposable
{
    public const int SegmentBytes = 1024 * 1024;

    // Numbers start in the middle so that older requests can be put in front.
    private const ulong FirstNumber = 1UL << 40;
    private const string Suffix = ".otlp";
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly Action<long> _dropped;
    private readonly FileStream _lock;
    // In order of delivery; bounded by _maxBytes, at least a record each.
    private readonly List<Segment> _segments = [];
    private Segment? _writing;

    /// <param name="folder">Made when it is not there; one agent at a time.</param>
    /// <param name="maxBytes">The bound of all files together.</param>
    /// <param name="dropped">Told the number of data points each time some are lost.</param>
    /// <exception cref="IOException">The folder cannot be written or another agent has it.</exception>
    public DiskBuffer(string folder, long maxBytes, Action<long> dropped)
    {
        (_folder, _maxBytes, _dropped) = (folder, maxBytes, dropped);
        Directory.CreateDirectory(folder);
        _lock = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Recover();
    }

    public bool IsEmpty => _segments.Count == 0;

    public long Bytes { get; private set; }

    public long Points => _segments.Sum(segment => segment.Points);

    /// <summary>Files that were damaged or torn when the buffer was opened.</summary>
    public int TornFiles { get; private set; }

    /// <summary>Adds a request behind all others.</summary>
    public void Append(ReadOnlySpan<byte> request, int points)
    {
        var record = SegmentRecord.Write(request, points);
        // After a failure a new file is begun: this one may have been taken away.
        var writing = _writing;
        _writing = null;
        if (writing is null || writing.Bytes + record.Length > SegmentBytes && writing.Bytes > SegmentRecord.Magic.Length)
        {
            writing?.Flush();
            writing = Open(_segments.Count == 0 ? FirstNumber : _segments[^1].Number + 1);
            _segments.Add(writing);
        }

        Write(writing, record, points);
        _writing = writing;
        Trim();
    }

    /// <summary>Puts requests, in their order, in front of all others.</summary>
    public void Prepend(IReadOnlyCollection<BufferedRequest> requests)
    {
        if (requests.Count == 0)
            return;
        if (IsEmpty)
        {
            foreach (var request in requests)
                Append(request.Bytes.Span, request.Points);
            return;
        }

        var front = Open(_segments[0].Number - 1);
        _segments.Insert(0, front);
        foreach (var request in requests)
            Write(front, SegmentRecord.Write(request.Bytes.Span, request.Points), request.Points);
        Trim();
    }

    /// <summary>The oldest requests, all of one file: as many as fit, at least one unless the buffer is empty.</summary>
    public DiskBatch Peek(int maxRequests, int maxBytes)
    {
        while (_segments.Count > 0)
        {
            var oldest = _segments[0];
            var requests = oldest.TryPeek(maxRequests, maxBytes, out var end);
            if (requests.Count > 0)
                return new DiskBatch(requests, oldest, end);
            // Damaged or taken away after it was opened: nothing more can be read of it.
            if (oldest.Points > 0)
                _dropped(oldest.Points);
            Remove(oldest);
        }

        return new DiskBatch([], null, 0);
    }

    /// <summary>Takes a batch off the buffer. Without effect when the file has been dropped meanwhile.</summary>
    public void Acknowledge(DiskBatch batch)
    {
        if (batch.Segment is not { } segment || !_segments.Contains(segment))
            return;
        segment.MarkRead(batch.End, batch.Requests.Sum(request => (long)request.Points));
        if (segment.IsRead)
            Remove(segment);
    }

    /// <summary>Has the system write what was appended to the disk itself.</summary>
    public void Flush() => _writing?.Flush();

    public void Dispose() => _lock.Dispose();

    private void Recover()
    {
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Suffix))
        {
            if (!ulong.TryParse(Path.GetFileNameWithoutExtension(path), out var number))
                continue;
            var segment = new Segment(path, number);
            if (segment.Recover())
                TornFiles++;
            if (segment.Points == 0)
            {
                File.Delete(path);
                continue;
            }

            _segments.Add(segment);
            Bytes += segment.Bytes;
        }

        _segments.Sort();
        Trim();
    }

    private Segment Open(ulong number)
    {
        var segment = Segment.Create(Path.Combine(_folder, number.ToString("D20") + Suffix), number);
        Bytes += segment.Bytes;
        return segment;
    }

    private void Write(Segment segment, byte[] record, int points)
    {
        segment.Append(record, points);
        Bytes += record.Length;
    }

    private void Trim()
    {
        // The file being written stays: a bound smaller than a file still holds the newest requests.
        while (Bytes > _maxBytes && _segments.Count > 1)
        {
            _dropped(_segments[0].Points);
            Remove(_segments[0]);
        }
    }

    private void Remove(Segment segment)
    {
        _segments.Remove(segment);
        Bytes -= segment.Bytes;
        if (segment == _writing)
            _writing = null;
        try
        {
            File.Delete(segment.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Delivered again after a restart; the server takes the same sample twice as once.
            AgentLog.Warning("a delivered file of the buffer cannot be removed: {Reason}", e.Message);
        }
    }
}
