using System.Globalization;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>The data folder, held by this process alone until it ends.</summary>
public sealed class Installation : IDisposable
{
    /// <summary>Raised when an older PerfPlatform can no longer read the folder.</summary>
    public const int Format = 1;

    private const string RootDefault = "/var/lib/perfplatform";

    private readonly FileStream _lock;

    private Installation(string folder, string secret, FileStream held)
    {
        Folder = folder;
        Secret = secret;
        _lock = held;
    }

    public string Folder { get; }

    /// <summary>Hashes keys and signs service tokens: base64 of 32 bytes.</summary>
    public string Secret { get; }

    public static async Task<Installation> OpenAsync(StandaloneSettings settings, CancellationToken cancellationToken)
    {
        var folder = await FolderAsync(settings, cancellationToken);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(folder);
            held = Hold(folder);
            await RequireFormatAsync(folder, cancellationToken);
            ServerAccount.Self.CreateFolder(Path.GetDirectoryName(SecretPath(folder))!);
            return new Installation(folder, await SecretFile.ReadOrCreateAsync(SecretPath(folder), cancellationToken), held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StartupException($"The data folder {folder} cannot be written ({e.Message}): free it or name another one with PERFPLATFORM_DATA", e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>The data folder of these settings, which need not be there.</summary>
    public static async Task<string> FolderAsync(StandaloneSettings settings, CancellationToken cancellationToken) =>
        settings.DataFolder is { } named ? Path.GetFullPath(named) : await DefaultFolderAsync(cancellationToken);

    /// <summary>The file that keeps the secret of a data folder.</summary>
    public static string SecretPath(string folder) => Path.Combine(folder, "secrets", "installation");

    public void Dispose() => _lock.Dispose();

    private static async Task<string> DefaultFolderAsync(CancellationToken cancellationToken)
    {
        var here = Path.GetFullPath("data");
        return await ServerAccount.ForThisProcess().CanEnterAsync(Path.GetDirectoryName(here)!, cancellationToken) ? here : RootDefault;
    }

    // The lock goes with the process, however it ends.
    private static FileStream Hold(string folder)
    {
        var path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StartupException($"The data folder {folder} is in use by another PerfPlatform: stop it, or name another folder with PERFPLATFORM_DATA", e);
        }
    }

    private static async Task RequireFormatAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "format");
        if (!File.Exists(path))
        {
            await ServerAccount.Self.WriteFileAsync(path, Format.ToString(CultureInfo.InvariantCulture) + "\n", cancellationToken);
            return;
        }

        var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var format))
            throw new StartupException($"{path} holds '{text}' and not a number: this is not a data folder of PerfPlatform, name another one with PERFPLATFORM_DATA");
        if (format > Format)
        {
            throw new StartupException($"The data folder {folder} belongs to a newer version of PerfPlatform (format {format}, this one knows {Format}): "
                + "start that version, or name another folder with PERFPLATFORM_DATA");
        }
    }
}
