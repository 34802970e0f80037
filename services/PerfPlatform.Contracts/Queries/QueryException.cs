namespace PerfPlatform.Contracts.Queries;

/// <summary>A question that cannot be answered as asked; the message says what to change. Answered with 400.</summary>
public sealed class QueryException : Exception
{
    /// <summary>Says what to change.</summary>
    public QueryException(string message) : base(message)
    {
    }

    /// <summary>Says what to change, and its cause.</summary>
    public QueryException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Says nothing.</summary>
    public QueryException()
    {
    }
}
