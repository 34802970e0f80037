namespace PerfPlatform.Agent.Filesystems;

/// <summary>
/// Reads the space of a filesystem that may not answer, on a thread of its own, so that nobody waits for it: the answer is what was read since the one before, or none while it waits.
/// </summary>
internal sealed class PatientReader : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0);
    private Space? _read;
    private volatile bool _isReading;
    private volatile bool _isOver;

    public PatientReader(Func<Space> read) =>
        new Thread(() =>
        {
            while (true)
            {
                _asked.Wait();
                if (_isOver)
                    return;
                Volatile.Write(ref _read, read());
                _isReading = false;
            }
        })
        { IsBackground = true, Name = "filesystem" }.Start();

    /// <summary>What was read since the last call, and asks for the next reading.</summary>
    public Space? Next()
    {
        if (_isReading)
            return null;
        var read = Interlocked.Exchange(ref _read, null);
        _isReading = true;
        _asked.Release();
        return read;
    }

    /// <summary>Ends the thread, as soon as it is not waiting.</summary>
    public void Dispose()
    {
        _isOver = true;
        _asked.Release();
    }
}
