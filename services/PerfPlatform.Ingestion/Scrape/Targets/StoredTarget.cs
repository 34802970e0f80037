namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>A target of the API as it is kept.</summary>
/// <param name="Definition">What was given, without the credentials.</param>
/// <param name="Secret">The token or the password, sealed; null where there is none.</param>
internal sealed record StoredTarget(ScrapeTargetDefinition Definition, string? Secret);
