namespace PerfPlatform.Ingestion.Intake;

/// <summary>A body cannot be read as what it says to be; answered with 400 and the message. Nothing of it was taken in.</summary>
internal sealed class IntakeFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
