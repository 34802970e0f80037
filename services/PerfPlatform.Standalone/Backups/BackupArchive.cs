using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Standalone.Backups;

/// <summary>Reads a backup's file.</summary>
internal sealed class BackupArchive : IAsyncDisposable
{
    private readonly ZipArchive _zip;
    private readonly string _path;

    private BackupArchive(ZipArchive zip, string path, BackupManifest manifest)
    {
        _zip = zip;
        _path = path;
        Manifest = manifest;
    }

    public BackupManifest Manifest { get; }

    /// <summary>Opens a backup whose every byte is as it was written.</summary>
    /// <exception cref="BackupException">It is not there, is no backup, is not whole, or is of a newer form.</exception>
    public static async Task<BackupArchive> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new BackupException($"There is no file {path}");
        try
        {
            var zip = await ZipFile.OpenReadAsync(path, cancellationToken);
            try
            {
                var archive = new BackupArchive(zip, path, await ReadManifestAsync(zip, path, cancellationToken));
                await archive.CheckAsync(cancellationToken);
                return archive;
            }
            catch
            {
                await zip.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new BackupException($"{path} is not a backup of PerfPlatform, or not a whole one ({e.Message})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The bytes of an entry.</summary>
    public async Task<Stream> OpenEntryAsync(string name, CancellationToken cancellationToken) =>
        await (_zip.GetEntry(name) ?? throw new BackupException($"{_path} has no {name}")).OpenAsync(cancellationToken);

    /// <summary>A short entry, or null where the backup has none of this name.</summary>
    public async Task<string?> TextAsync(string name, CancellationToken cancellationToken)
    {
        if (_zip.GetEntry(name) is not { } entry) return null;
        using var reader = new StreamReader(await entry.OpenAsync(cancellationToken));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _zip.DisposeAsync();

    private static async Task<BackupManifest> ReadManifestAsync(ZipArchive zip, string path, CancellationToken cancellationToken)
    {
        await using var source = await (zip.GetEntry(BackupEntries.Manifest) ?? throw new InvalidDataException("it has no manifest")).OpenAsync(cancellationToken);
        using var json = await JsonDocument.ParseAsync(source, default, cancellationToken);
        // The form first: of a newer one nothing else need be as it is here.
        var isOurs = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("format", out var form) && form.ValueKind == JsonValueKind.Number;
        if (!isOurs) throw new InvalidDataException("its manifest is another program's");
        if (json.RootElement.GetProperty("format").GetInt64() > BackupManifest.CurrentFormat) throw new BackupException($"{path} was written by a newer PerfPlatform: restore it with that one");
        return json.Deserialize<BackupManifest>(PerfPlatformJson.Options)!;
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, checksum) in Manifest.Checksums)
        {
            await using var content = await OpenEntryAsync(name, cancellationToken);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != checksum)
                throw new BackupException($"{_path} is damaged: {name} is not as it was written");
        }
    }
}
