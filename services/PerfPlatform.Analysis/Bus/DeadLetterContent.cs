using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>A message that could not be handled, with what it holds.</summary>
/// <param name="Letter">What is told of it.</param>
/// <param name="ContentType">The type of its bytes, as its sender said it.</param>
/// <param name="Base64">Its bytes as base64, up to the first 1,048,576 of them.</param>
/// <param name="IsCut">Whether there are more.</param>
public sealed record DeadLetterContent(DeadLetter Letter, string? ContentType, string Base64, bool IsCut);
