namespace PerfPlatform.Analysis.Bus;

/// <summary>
/// The process holds a message that the store did not take, and stops or is no longer the one that writes its partition. Not a cancellation, which MassTransit would
/// count as a fault of the consumer.
/// </summary>
internal sealed class MessageHeldException() : Exception("The message goes back to its queue: another process will take it.");
