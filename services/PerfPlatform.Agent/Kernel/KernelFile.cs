using Microsoft.Win32.SafeHandles;

namespace PerfPlatform.Agent.Kernel;

/// <summary>
/// A file of /proc or /sys that is read again and again: opened once, read from its start each time into a buffer of its own.
/// The kernel makes the text anew at each read from offset 0.
/// </summary>
internal sealed class KernelFile(string path) : IDisposable
{
    // A table larger than this is not read to its end; the largest seen are /proc/net/tcp of busy proxies, which SocketCollector avoids.
    private const int MaxBytes = 4 * 1024 * 1024;
    private byte[] _buffer = new byte[4096];
    private SafeFileHandle? _handle;

    public string Path { get; } = path;

    public bool Exists => File.Exists(Path);

    /// <summary>The whole text; valid until the next call.</summary>
    /// <exception cref="IOException">The kernel does not offer the file, or the device behind it is gone.</exception>
    public ReadOnlySpan<byte> Read()
    {
        _handle ??= File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var length = 0;
            while (true)
            {
                var read = RandomAccess.Read(_handle, _buffer.AsSpan(length), length);
                length += read;
                if (read == 0 || length >= MaxBytes)
                    return _buffer.AsSpan(0, length);
                if (length == _buffer.Length)
                    Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxBytes));
            }
        }
        catch (IOException)
        {
            // The next reading opens it again: a device may have come back under the same path.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
