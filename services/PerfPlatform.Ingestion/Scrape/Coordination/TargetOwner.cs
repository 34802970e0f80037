using System.IO.Hashing;
using System.Text;

namespace PerfPlatform.Ingestion.Scrape.Coordination;

/// <summary>Which instance scrapes a target: the one whose hash together with the target's id is greatest. When one comes or goes, only its share moves.</summary>
internal static class TargetOwner
{
    /// <summary>The owner among the members, who are at least one.</summary>
    public static string Of(string target, IEnumerable<string> members) =>
        members.MaxBy(member => (XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(member + "\n" + target)), member))!;
}
