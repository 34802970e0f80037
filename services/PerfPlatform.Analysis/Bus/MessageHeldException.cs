namespace PerfPlatform.Analysis.Bus;

/// <summary>The process stops while it holds a message that the store did not take. Not a cancellation, which MassTransit would count as a fault of the consumer.</summary>
internal sealed class MessageHeldException() : Exception("The process stops; the message goes back to its queue.");
