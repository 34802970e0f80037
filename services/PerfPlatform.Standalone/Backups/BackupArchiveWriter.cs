using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Standalone.Backups;

/// <summary>Writes a backup's file: a ZIP that any program lists, whose entries stand in it as they are. The manifest comes last, with the checksums of the others.</summary>
internal sealed class BackupArchiveWriter(Stream file) : IAsyncDisposable
{
    private readonly ZipArchive _zip = new(file, ZipArchiveMode.Create, leaveOpen: true);
    private readonly Dictionary<string, string> _checksums = []; // one an entry

    /// <summary>Adds an entry, and says now and then how many bytes of it are written.</summary>
    public async Task AddAsync(string name, Stream content, Action<long> written, CancellationToken cancellationToken)
    {
        await using var target = await Entry(name).OpenAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        long total = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; written(total += read))
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        _checksums[name] = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Adds a short entry.</summary>
    public async Task AddAsync(string name, string text, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await AddAsync(name, content, static _ => { }, cancellationToken);
    }

    /// <summary>Adds the manifest, to which the checksums are put, and ends the file.</summary>
    public async Task CompleteAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using (var target = await Entry(BackupEntries.Manifest).OpenAsync(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(target, manifest with { Checksums = _checksums }, PerfPlatformJson.Options, cancellationToken);
        }

        await _zip.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await _zip.DisposeAsync();

    private ZipArchiveEntry Entry(string name) => _zip.CreateEntry(name, CompressionLevel.NoCompression);
}
