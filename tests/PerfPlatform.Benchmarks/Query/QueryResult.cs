namespace PerfPlatform.Benchmarks.Query;

/// <summary>How long a server took for a question.</summary>
internal sealed record QueryResult(string Question, string Server, double MsP50, double MsP99);
