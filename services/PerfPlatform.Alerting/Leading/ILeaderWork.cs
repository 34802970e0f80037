namespace PerfPlatform.Alerting.Leading;

/// <summary>What one replica does, for all of them: the one that leads.</summary>
public interface ILeaderWork
{
    /// <summary>Works from the beginning: what it remembers of a term before is void. What leaves it is logged, and it begins again.</summary>
    /// <param name="term">The term; what is written is checked against it.</param>
    /// <param name="stop">Ends the work: what is in hand is finished, unless the term is lost.</param>
    Task RunAsync(LeaderTerm term, CancellationToken stop);
}
