using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>The attributes of a resource, parted into those that identify a series and those that describe it.</summary>
internal sealed class OtlpResource
{
    private readonly record struct Pair(byte[] Name, byte[] Value);

    private readonly List<Pair> _identifying = [];
    private readonly List<Pair> _describing = [];

    private OtlpResource(byte[] bytes, ulong number) => (Bytes, Number) = (bytes, number);

    /// <summary>The message as it came.</summary>
    public byte[] Bytes { get; }

    /// <summary>Stands for the resource in the keys of its series; never used again for another.</summary>
    public ulong Number { get; }

    /// <summary>Reads <c>Resource { repeated KeyValue attributes = 1 }</c>; null when malformed.</summary>
    public static OtlpResource? Read(ReadOnlySpan<byte> bytes, ulong number)
    {
        var resource = new OtlpResource(bytes.ToArray(), number);
        var reader = new ProtoReader(bytes);
        while (OtlpAttributes.TryReadNext(ref reader, 1, out var attribute))
        {
            if (!OtlpAttributes.TryRead(attribute, out var key, out var value)) return null;
            (Identifies(key) ? resource._identifying : resource._describing).Add(new Pair(key.ToArray(), value.ToArray()));
        }

        return reader.Failed ? null : resource;
    }

    /// <summary>Gives the attributes to a series.</summary>
    public void Describe(DescriptorBuilder builder)
    {
        foreach (var (name, value) in _identifying) builder.Label(name, value, replace: true);
        foreach (var (name, value) in _describing) builder.Metadata(name, value);
    }

    private static bool Identifies(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("service.name"u8) || key.SequenceEqual("service.instance.id"u8) || key.SequenceEqual("service.namespace"u8)
        || key.SequenceEqual("host.name"u8) || key.SequenceEqual("deployment.environment"u8) || key.SequenceEqual("deployment.environment.name"u8)
        || key.StartsWith("container."u8) || key.StartsWith("k8s."u8);
}
