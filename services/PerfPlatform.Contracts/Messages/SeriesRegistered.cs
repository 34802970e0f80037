namespace PerfPlatform.Contracts.Messages;

/// <summary>Ids that the registry gave, announced after the commit and again whenever a known series arrives labelled.</summary>
public sealed record SeriesRegistered
{
    /// <summary>The registry's epoch; a new one after a restore.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>16 bytes a series (<see cref="Series.Fingerprint.Write"/>), one after another; at most 10,000 series a message.</summary>
    public required byte[] Fingerprints { get; init; }

    /// <summary>The id of each fingerprint, in the same order.</summary>
    public required IReadOnlyList<int> Ids { get; init; }
}
