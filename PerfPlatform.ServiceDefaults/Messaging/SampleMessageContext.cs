using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Serialization;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What MassTransit asks of a message that <see cref="SampleMessageSerializer"/> read: it is of one type, and its headers are the broker's.</summary>
internal sealed class SampleMessageContext(SampleMessageSerializer serializer, SamplesIngested message, MessageContext headers)
    : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, headers, Types)
{
    private static readonly string[] Types = [MessageUrn.ForTypeString<SamplesIngested>()];

    public override bool TryGetMessage<T>([NotNullWhen(true)] out T? value)
        where T : class => (value = message as T) is not null;

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? value) => (value = messageType.IsInstanceOfType(message) ? message : null) is not null;

    public override IMessageSerializer GetMessageSerializer() => serializer;

    public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T value) => serializer;

    public override IMessageSerializer GetMessageSerializer(object value, string[] messageTypes) => serializer;

    public override Dictionary<string, object> ToDictionary<T>(T? value)
        where T : class => throw new NotSupportedException("A message of samples has no form as a dictionary.");
}
