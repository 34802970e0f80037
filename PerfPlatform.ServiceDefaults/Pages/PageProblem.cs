namespace PerfPlatform.ServiceDefaults;

/// <summary>What went wrong in a request for a page, for the page that says so.</summary>
/// <param name="Detail">As it would stand in problem details.</param>
public sealed record PageProblem(string Detail);
