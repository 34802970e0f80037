using System.Text.Json.Serialization;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Where a target was named.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScrapeSource>))]
public enum ScrapeSource
{
    /// <summary>In the settings; it changes there alone.</summary>
    [JsonStringEnumMemberName("configuration")]
    Configuration,

    /// <summary>By the API.</summary>
    [JsonStringEnumMemberName("api")]
    Api,
}
