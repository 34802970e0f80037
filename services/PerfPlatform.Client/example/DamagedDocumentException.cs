namespace PerfPlatform.Client.Example;

/// <summary>A document whose text cannot be recognised.</summary>
internal sealed class DamagedDocumentException() : Exception("The document is damaged.");
