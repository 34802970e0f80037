namespace PerfPlatform.Contracts.Samples;

/// <summary>Samples could not be made durable now. Intake answers 503 with Retry-After and the sender keeps them.</summary>
public sealed class SinkUnavailableException : Exception
{
    /// <summary>Says what is in the way.</summary>
    public SinkUnavailableException(string message) : base(message)
    {
    }

    /// <summary>Says what is in the way, and its cause.</summary>
    public SinkUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Says nothing.</summary>
    public SinkUnavailableException()
    {
    }

    /// <summary>Whether the same samples are refused however often they come: they name series by ids that nobody knows any more.</summary>
    public bool IsFinal { get; init; }

    /// <summary>When the sender may try again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);
}
