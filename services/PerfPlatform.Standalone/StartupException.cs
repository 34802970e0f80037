namespace PerfPlatform.Standalone;

/// <summary>PerfPlatform cannot start. The message is one line that says what to do about it.</summary>
public sealed class StartupException : Exception
{
    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
