namespace PerfPlatform.Standalone.Backups;

/// <summary>A backup or a restore cannot be made. The message is one line that says what to do about it.</summary>
public sealed class BackupException : Exception
{
    public BackupException(string message)
        : base(message)
    {
    }

    public BackupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
