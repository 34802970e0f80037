namespace PerfPlatform.Standalone.Servers;

/// <summary>An embedded server cannot be used. The message is one line that says what to do about it.</summary>
public sealed class ServerException : Exception
{
    public ServerException(string message)
        : base(message)
    {
    }

    public ServerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
