using System.Text.Json.Serialization;

namespace PerfPlatform.Ingestion.Json;

/// <summary>What became of the samples of a request.</summary>
/// <param name="Accepted">How many are durable.</param>
/// <param name="Rejected">The refused ones, at most 1,000.</param>
internal sealed record SamplesAnswer(int Accepted, IReadOnlyList<SampleRefusal> Rejected)
{
    /// <summary>How many were refused, where there are more than are listed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RejectedTotal { get; init; }
}
