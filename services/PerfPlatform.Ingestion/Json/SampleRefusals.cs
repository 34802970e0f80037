namespace PerfPlatform.Ingestion.Json;

/// <summary>One sample that was refused.</summary>
/// <param name="Index">Its index in the request's <c>samples</c>.</param>
/// <param name="Reason">Why, and what to change.</param>
internal sealed record SampleRefusal(int Index, string Reason);

/// <summary>The refused samples of a request, in order.</summary>
internal sealed class SampleRefusals
{
    /// <summary>How many are told one by one; the answer says how many there were.</summary>
    public const int MaxListed = 1000;

    // Bounded by MaxListed.
    private readonly List<SampleRefusal> _listed = [];

    public IReadOnlyList<SampleRefusal> Listed => _listed;

    public void Add(int index, string reason)
    {
        if (_listed.Count < MaxListed) _listed.Add(new SampleRefusal(index, reason));
    }
}
