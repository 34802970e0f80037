using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Hosts;

/// <summary>Which hosts a list shows, and in which order. Pure: hosts in, rows out.</summary>
public static class HostSort
{
    // Columns that have a value of each host.
    private static readonly Dictionary<HostColumn, HostSignal> s_signals = new()
    {
        [HostColumn.Cpu] = HostSignal.Cpu,
        [HostColumn.Memory] = HostSignal.Memory,
        [HostColumn.Disk] = HostSignal.Filesystem,
        [HostColumn.Received] = HostSignal.Received,
        [HostColumn.Sent] = HostSignal.Sent,
        [HostColumn.Load] = HostSignal.Load,
    };

    /// <summary>
    /// The hosts whose name contains the text. By <see cref="HostColumn.Seen"/> the longest silent come first; otherwise those that are silent come after those that send, so that they push
    /// nobody out, and in each by a signal the largest first, or by name.
    /// </summary>
    public static List<HostEntry> Of(IEnumerable<HostEntry> hosts, string? search, HostColumn column)
    {
        var found = string.IsNullOrWhiteSpace(search) ? hosts : hosts.Where(h => h.Name.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase));
        var ordered = column == HostColumn.Seen ? found.OrderBy(h => h.LastSeen ?? DateTimeOffset.MinValue) : found.OrderBy(h => h.IsSilent);
        if (s_signals.TryGetValue(column, out var signal)) ordered = ordered.ThenByDescending(h => h.Readings.GetValueOrDefault(signal, double.NegativeInfinity));
        return [.. ordered.ThenBy(h => h.Name, StringComparer.Ordinal)];
    }
}
