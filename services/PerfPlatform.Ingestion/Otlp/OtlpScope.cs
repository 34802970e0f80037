using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// What produced the metrics: <c>InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3 }</c>. As labels where the
/// settings want it, and else as what describes the series. Only for series that are met for the first time.
/// </summary>
internal static class OtlpScope
{
    private static ReadOnlySpan<byte> Prefix => "otel.scope."u8;

    /// <summary>Whether a scope can be read.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> scope)
    {
        var reader = new ProtoReader(scope);
        while (reader.TryReadTag(out _, out var type))
        {
            if (!reader.TrySkip(type)) return false;
        }

        reader = new ProtoReader(scope);
        while (OtlpAttributes.TryReadNext(ref reader, 3, out var attribute))
        {
            if (!OtlpAttributes.TryRead(attribute, out _, out _)) return false;
        }

        return !reader.Failed;
    }

    /// <summary>Gives a scope that can be read to a series.</summary>
    public static void Describe(ReadOnlySpan<byte> scope, bool asLabels, DescriptorBuilder builder)
    {
        var reader = new ProtoReader(scope);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field is not (1 or 2 or 3) || type != WireType.Bytes)
            {
                if (!reader.TrySkip(type)) return;
                continue;
            }

            if (!reader.TryReadBytes(out var bytes)) return;
            if (field == 1) Add("name"u8, bytes, asLabels, builder);
            else if (field == 2) Add("version"u8, bytes, asLabels, builder);
            else if (OtlpAttributes.TryRead(bytes, out var key, out var value)) Add(key, value, asLabels, builder);
        }
    }

    private static void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool asLabels, DescriptorBuilder builder)
    {
        byte[] full = [.. Prefix, .. name];
        if (asLabels) builder.Label(full, value, replace: true);
        else builder.Metadata(full, value);
    }
}
