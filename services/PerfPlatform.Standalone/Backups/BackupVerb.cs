using System.Diagnostics.CodeAnalysis;

namespace PerfPlatform.Standalone.Backups;

/// <summary>What the command line asks for instead of a start: <c>backup FILE.backup|FOLDER</c> or <c>restore FILE.backup [--force]</c>.</summary>
/// <param name="Restores">Whether it is a restore.</param>
/// <param name="Path">The file, or of a backup the folder.</param>
/// <param name="Force">Whether what the database holds may go.</param>
/// <param name="Settings">The settings among the arguments: <c>--NAME=VALUE</c>.</param>
internal sealed record BackupVerb(bool Restores, string Path, bool Force, string[] Settings)
{
    /// <summary>The end of a backup's name; any other name is that of a folder.</summary>
    public const string Extension = ".backup";

    public const string Usage = $"usage: backup FILE{Extension}|FOLDER [--NAME=VALUE ...]; restore FILE{Extension} [--force] [--NAME=VALUE ...]";

    private const string ForceOption = "--force";

    /// <summary>Whether the first argument is one of the verbs.</summary>
    public static bool IsOne(IReadOnlyList<string> arguments) => arguments is ["backup" or "restore", ..];

    /// <summary>Reads the arguments after <see cref="IsOne"/>; false where they cannot be meant.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out BackupVerb? verb)
    {
        var restores = arguments[0] == "restore";
        var paths = arguments.Skip(1).Where(a => !a.StartsWith('-')).ToList();
        var options = arguments.Skip(1).Where(a => a.StartsWith('-')).ToList();
        var settings = options.Where(o => o != ForceOption).ToArray();
        var force = options.Contains(ForceOption);
        var meant = paths is [{ Length: > 0 }] && (restores || !force) && settings.All(o => o.StartsWith("--", StringComparison.Ordinal) && o.Contains('=', StringComparison.Ordinal));
        verb = meant ? new BackupVerb(restores, paths[0], force, settings) : null;
        return meant;
    }
}
