namespace PerfPlatform.Ingestion.Intake;

/// <summary>A request is larger than a limit allows; answered with 413 and the message. Nothing of it was taken in.</summary>
internal sealed class IntakeTooLargeException(string message) : Exception(message);
