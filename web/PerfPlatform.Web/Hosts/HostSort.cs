using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Hosts;

/// <summary>Which hosts a list shows, and in which order. Pure: hosts in, rows out.</summary>
public static class HostSort
{
    // Columns that have a value of each host, by their name in the address.
    private static readonly Dictionary<string, HostSignal> s_signals = new()
    {
        ["cpu"] = HostSignal.Cpu,
        ["memory"] = HostSignal.Memory,
        ["disk"] = HostSignal.Filesystem,
        ["received"] = HostSignal.Received,
        ["sent"] = HostSignal.Sent,
        ["load"] = HostSignal.Load,
    };

    /// <summary>
    /// The hosts whose name contains the text. By <c>seen</c> the longest silent come first; otherwise those that are silent come after those that send, so that they push
    /// nobody out, and in each by a signal the largest first, or by name.
    /// </summary>
    public static List<HostEntry> Of(IEnumerable<HostEntry> hosts, string? search, string? column)
    {
        var found = string.IsNullOrWhiteSpace(search) ? hosts : hosts.Where(h => h.Name.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase));
        var ordered = column == "seen" ? found.OrderBy(h => h.LastSeen ?? DateTimeOffset.MinValue) : found.OrderBy(h => h.IsSilent);
        if (column is not null && s_signals.TryGetValue(column, out var signal)) ordered = ordered.ThenByDescending(h => h.Readings.GetValueOrDefault(signal, double.NegativeInfinity));
        return [.. ordered.ThenBy(h => h.Name, StringComparer.Ordinal)];
    }
}
