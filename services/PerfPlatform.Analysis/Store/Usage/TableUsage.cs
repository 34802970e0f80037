namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>What a table takes on disk, its chunks included.</summary>
/// <param name="Table">Its name in the schema <c>metrics</c>.</param>
/// <param name="Tier">What it is for: raw, 1m, 1h (roll-ups), inbox, registry or results.</param>
/// <param name="TableBytes">The rows themselves, with the maps of free space.</param>
/// <param name="IndexBytes">Its indexes.</param>
/// <param name="ToastBytes">Large values that are kept apart.</param>
/// <param name="TotalBytes">All of it.</param>
public sealed record TableUsage(string Table, string Tier, long TableBytes, long IndexBytes, long ToastBytes, long TotalBytes);
