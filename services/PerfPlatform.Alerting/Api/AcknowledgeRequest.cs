namespace PerfPlatform.Alerting.Api;

/// <summary>Body of <c>POST /api/v1/alerts/{id}/ack</c>; may be left out.</summary>
/// <param name="Comment">What the person says, at most 2,000 characters.</param>
public sealed record AcknowledgeRequest(string? Comment = null);
