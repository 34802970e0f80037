namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// A consumer gives a message back that it did not finish: it goes to its queue again, for another process or a later time, and not to the dead letters. Not a cancellation, which MassTransit
/// would count as a fault of the consumer.
/// </summary>
public sealed class MessageHeldException : Exception
{
    /// <summary>Says so.</summary>
    public MessageHeldException() : this("The message goes back to its queue: another process will take it.")
    {
    }

    /// <summary>Says why.</summary>
    public MessageHeldException(string message) : base(message)
    {
    }

    /// <summary>Says why, and its cause.</summary>
    public MessageHeldException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
