namespace PerfPlatform.Analysis.Bus;

/// <summary>What came of sending a dead letter again.</summary>
internal enum ResendResult
{
    /// <summary>The broker has it in its queue again.</summary>
    Sent,

    /// <summary>There is none of that id.</summary>
    NotFound,

    /// <summary>The queue that it came from is gone; it stays with the dead letters.</summary>
    QueueGone,

    /// <summary>The broker did not take it: that queue is full, or the broker low on something. It stays with the dead letters.</summary>
    Refused,
}
