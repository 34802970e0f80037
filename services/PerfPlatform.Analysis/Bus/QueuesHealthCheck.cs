using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.Analysis.Bus;

/// <summary>Whether messages lie with the dead letters, and whether those of the partitions that are written here go on.</summary>
internal sealed class QueuesHealthCheck(QueueWatch watch, PartitionProgress progress) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (watch.Last is not { } look) return HealthCheckResult.Degraded("The queues of the message broker cannot be looked at.");
        var troubles = new List<string>();
        if (look.DeadLetters == 1) troubles.Add("One message could not be handled and lies with the dead letters: send it again or discard it (/settings/dead-letters).");
        else if (look.DeadLetters > 1) troubles.Add($"{look.DeadLetters} messages could not be handled and lie with the dead letters: send them again or discard them (/settings/dead-letters).");
        // One that was written since the last look is the end of it.
        foreach (var standing in look.Standing.Where(s => progress.Finished(s.Partition) == s.Finished))
            troubles.Add($"Partition {standing.Partition} stands: {(standing.Waiting == 1 ? "one message waits" : $"{standing.Waiting} messages wait")}, and none was written for {standing.Time.TotalSeconds:0} s.");
        return troubles.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(' ', troubles));
    }
}
