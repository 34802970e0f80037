namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The registry's epoch as intake last heard of it. Numbers count the epochs that this process has seen; 0: none yet.</summary>
internal sealed record RegistryEpoch(Guid Epoch, int Number)
{
    public static RegistryEpoch None { get; } = new(Guid.Empty, 0);
}
