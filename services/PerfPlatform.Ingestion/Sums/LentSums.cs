using System.Diagnostics.CodeAnalysis;

namespace PerfPlatform.Ingestion.Sums;

/// <summary>
/// The running sums that one request adds to, where all instances of intake share them: asked for while the request is read a first time, then lent, changed by the reading that counts,
/// and given back. Not shared between threads.
/// </summary>
internal sealed class LentSums
{
    // Bounded by the samples of the request.
    private readonly Dictionary<SumKey, byte[]> _sums = [];

    /// <summary>Which are needed.</summary>
    public IReadOnlyCollection<SumKey> Keys => _sums.Keys;

    /// <summary>Asks for one.</summary>
    public void Ask(SumKey key) => _sums.TryAdd(key, []);

    /// <summary>Takes one, in the bytes that whoever adds it up has written; empty where it has not begun. False where it was not asked for.</summary>
    public bool TryGet(SumKey key, [NotNullWhen(true)] out byte[]? sum) => _sums.TryGetValue(key, out sum);

    /// <summary>Changes one.</summary>
    public void Set(SumKey key, byte[] sum) => _sums[key] = sum;
}
