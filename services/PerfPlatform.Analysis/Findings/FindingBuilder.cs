using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Findings;

/// <summary>Makes the parts of findings that are alike for every kind.</summary>
public static class FindingBuilder
{
    /// <summary>The id: the same for the same kind, subject and period.</summary>
    public static string Id(FindingKind kind, IReadOnlyDictionary<string, string> subject, FindingRequest request)
    {
        var text = new StringBuilder().Append(kind).Append('\n').Append(request.From.ToUnixTimeMilliseconds()).Append('\n').Append(request.To.ToUnixTimeMilliseconds());
        foreach (var (name, value) in subject.OrderBy(s => s.Key, StringComparer.Ordinal)) text.Append('\n').Append(name.Length).Append(':').Append(name).Append('=').Append(value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }

    /// <summary>Evidence with the numbers that JSON can write.</summary>
    public static Evidence Evidence(string metric, LabelSet labels, params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        var kept = new Dictionary<string, double>(numbers.Length);
        foreach (var (name, value) in numbers)
        {
            if (double.IsFinite(value)) kept[name] = value;
        }

        return new Evidence(metric, labels, kept);
    }

    /// <summary>What a kind adds, as JSON.</summary>
    public static JsonElement Data<T>(T data) => JsonSerializer.SerializeToElement(data, PerfPlatformJson.Options);
}
