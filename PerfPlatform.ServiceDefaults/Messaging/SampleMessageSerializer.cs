using System.Net.Mime;
using System.Runtime.Serialization;
using MassTransit;
using MassTransit.Serialization;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Brings <see cref="SamplesIngested"/> over the broker in its own bytes (<see cref="SampleMessageCodec"/>) instead of MassTransit's JSON; all other messages stay JSON.</summary>
internal sealed class SampleMessageSerializer : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    public const string MediaType = "application/vnd.perfplatform.samples";

    private static readonly ContentType Samples = new(MediaType);

    /// <inheritdoc cref="IMessageSerializer.ContentType" />
    public ContentType ContentType => Samples;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class => context.Message is SamplesIngested message
        ? new BytesMessageBody(SampleMessageCodec.Encode(message))
        : throw new SerializationException($"{typeof(T).Name} does not travel as {Samples}.");

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null)
    {
        try
        {
            return new SampleMessageContext(this, SampleMessageCodec.Decode(body.GetBytes()), new RawMessageContext(headers, destinationAddress, RawSerializerOptions.Default));
        }
        catch (InvalidDataException e)
        {
            throw new SerializationException(e.Message, e);
        }
    }

    public MessageBody GetMessageBody(string text) => new Base64MessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("samples").Add("contentType", Samples.MediaType);
}
