namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>A commit was sent and no answer came: the rows may be there or not.</summary>
internal sealed class CommitDoubtfulException(Exception innerException) : Exception("The outcome of a commit is not known.", innerException);
