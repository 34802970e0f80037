namespace PerfPlatform.Agent.Delivery;

/// <summary>What became of a request.</summary>
internal enum SendResult
{
    /// <summary>The server has it.</summary>
    Delivered,

    /// <summary>Not now: no answer, a full or starting server, or credentials that do not hold (yet).</summary>
    TryLater,

    /// <summary>Too large; smaller ones may pass.</summary>
    TooLarge,

    /// <summary>Never: the server does not understand it.</summary>
    Refused,
}

/// <summary>What became of a request, with what the server said.</summary>
/// <param name="Result">What to do with it.</param>
/// <param name="RetryAfter">How long the server wants to be left alone.</param>
/// <param name="RejectedPoints">Of a delivered request, the points not taken.</param>
/// <param name="Message">For the log.</param>
internal sealed record SendOutcome(SendResult Result, TimeSpan? RetryAfter = null, long RejectedPoints = 0, string Message = "");
