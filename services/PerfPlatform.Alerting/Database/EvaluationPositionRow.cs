namespace PerfPlatform.Alerting.Database;

/// <summary>Up to where rules were evaluated: one row.</summary>
public sealed class EvaluationPositionRow
{
    public int Id { get; set; }

    public DateTimeOffset EvaluatedTo { get; set; }
}
