using System.Text.Json;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>Labels as they stand in the <c>jsonb</c> columns.</summary>
internal static class LabelJson
{
    public static string Write(LabelSet labels) => JsonSerializer.Serialize(labels);

    public static LabelSet Read(string json) => JsonSerializer.Deserialize<LabelSet>(json)!;
}
