using System.Diagnostics;

namespace PerfPlatform.Ingestion;

/// <summary>The name under which intake tells of itself, and its spans.</summary>
internal static class IngestionTelemetry
{
    public const string Name = "PerfPlatform.Ingestion";

    public static readonly ActivitySource Source = new(Name);
}
