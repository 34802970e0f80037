namespace PerfPlatform.Ingestion.Sums;

/// <summary>The sums of one request as Redis had them when it lent them.</summary>
internal sealed class SumLoan
{
    // Bounded by the samples of the request.
    private readonly Dictionary<SumKey, (byte[] Run, byte[] Before)> _all = [];

    /// <summary>Notes one.</summary>
    /// <param name="key">Which.</param>
    /// <param name="run">The run of Redis that lent it.</param>
    /// <param name="before">What was there; empty where nothing was.</param>
    public void Note(SumKey key, byte[] run, byte[] before) => _all[key] = (run, before);

    /// <summary>The run of Redis that lent it.</summary>
    public byte[] Run(SumKey key) => _all[key].Run;

    /// <summary>What was there.</summary>
    public byte[] Before(SumKey key) => _all[key].Before;
}
