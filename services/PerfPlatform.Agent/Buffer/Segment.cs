namespace PerfPlatform.Agent.Buffer;

/// <summary>One file of the buffer: what is still to be delivered of it. Opened for each use; the buffer is used once a second at most.</summary>
internal sealed class Segment(string path, ulong number) : IComparable<Segment>
{
    private long _readAt = SegmentRecord.Magic.Length;

    public string Path => path;

    public ulong Number => number;

    /// <summary>Size of the file.</summary>
    public long Bytes { get; private set; } = SegmentRecord.Magic.Length;

    /// <summary>Data points not yet delivered.</summary>
    public long Points { get; private set; }

    public bool IsRead => _readAt >= Bytes;

    public int CompareTo(Segment? other) => number.CompareTo(other?.Number ?? 0);

    public static Segment Create(string path, ulong number)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        file.Write(SegmentRecord.Magic);
        return new Segment(path, number);
    }

    /// <summary>Reads a file that an earlier run left, and cuts it off before the first record that is not whole.</summary>
    /// <returns>Whether it was cut.</returns>
    public bool Recover()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        Span<byte> magic = stackalloc byte[SegmentRecord.Magic.Length];
        var good = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(SegmentRecord.Magic);
        var (end, buffer, header) = (good ? (long)magic.Length : 0, Array.Empty<byte>(), new byte[SegmentRecord.HeaderSize]);
        while (good && TryRead(file, header, ref buffer, out var length, out var points))
        {
            Points += points;
            end += SegmentRecord.HeaderSize + length;
        }

        var cut = end < file.Length;
        if (cut)
            file.SetLength(end);
        Bytes = end;
        return cut;
    }

    public void Append(ReadOnlySpan<byte> record, int points)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, 0);
        file.Position = Bytes;
        file.Write(record);
        Bytes += record.Length;
        Points += points;
    }

    /// <summary>Has the system write the file to the disk itself.</summary>
    public void Flush()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, 0);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The next requests, as many as fit, and where they end; none when the file cannot be read.</summary>
    public List<BufferedRequest> TryPeek(int maxRequests, int maxBytes, out long end)
    {
        try
        {
            return Peek(maxRequests, maxBytes, out end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            AgentLog.Warning("a file of the buffer cannot be read: {Reason}", e.Message);
            end = _readAt;
            return [];
        }
    }

    private List<BufferedRequest> Peek(int maxRequests, int maxBytes, out long end)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = end = _readAt;
        var requests = new List<BufferedRequest>();
        var (bytes, buffer, header) = (0, Array.Empty<byte>(), new byte[SegmentRecord.HeaderSize]);
        while (requests.Count < maxRequests && TryRead(file, header, ref buffer, out var length, out var points))
        {
            var request = SegmentRecord.Read(buffer, length);
            if (requests.Count > 0 && bytes + request.Length > maxBytes)
                break;
            requests.Add(new BufferedRequest(request, points));
            bytes += request.Length;
            end = file.Position;
        }

        return requests;
    }

    public void MarkRead(long end, long points)
    {
        _readAt = end;
        Points -= points;
    }

    private static bool TryRead(FileStream file, byte[] header, ref byte[] buffer, out int length, out int points)
    {
        (length, points) = (0, 0);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !SegmentRecord.TryHeader(header, out length, out points)
            || length > file.Length - file.Position)
            return false;
        if (buffer.Length < length)
            buffer = new byte[length];
        return file.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false) == length
            && SegmentRecord.IsWhole(header, buffer.AsSpan(0, length));
    }
}
