using System.Text.Json;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The JSON of the public contract: camelCase, strings for enums, one form of times, strict about nulls.</summary>
public static class PerfPlatformJson
{
    /// <summary>Options for reading and writing by hand.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Sets options up as the API has them.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new TimeJsonConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
