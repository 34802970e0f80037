namespace PerfPlatform.Ingestion.Intake;

/// <summary>Too many bytes are in work at once; answered with 429 and Retry-After.</summary>
internal sealed class IntakeBusyException() : Exception("Intake has as much in work as it may have. Send again in a moment.");
