namespace PerfPlatform.Client.Processing;

/// <summary>How the processing of a document ended; the label <c>outcome</c>.</summary>
public enum ProcessingOutcome
{
    /// <summary>Done; label value <c>ok</c>.</summary>
    Ok,

    /// <summary>Failed; label value <c>error</c>.</summary>
    Error,
}
