// Hot file: puts the labels of every 2.0 series together. Nothing allocated once the buffer is large enough.
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// Writes labels that are given by the numbers of their texts as 1.0 writes them, so that a series has one key in the cache whichever version brings it:
/// the numbers differ from request to request.
/// </summary>
internal static class ReferredLabels
{
    private const byte LabelTag = 0x0A, NameTag = 0x0A, ValueTag = 0x12;

    /// <summary>Writes the labels; or says why they cannot be taken in. Checked before they are copied: a few bytes can refer to a long text many times.</summary>
    public static RejectReason Write(List<uint> references, in SymbolTable symbols, IngestionOptions options, KeyBuffer target)
    {
        target.Truncate(0);
        // The metric's name is a label here.
        if (references.Count > 2 * (options.MaxLabels + 1)) return RejectReason.TooManyLabels;
        if (references.Count % 2 != 0) return RejectReason.Malformed;
        for (var i = 0; i < references.Count; i += 2)
        {
            if (!symbols.TryGet(references[i], out var name) || !symbols.TryGet(references[i + 1], out var value)) return RejectReason.Malformed;
            if (name.Length > options.MaxLabelNameBytes || value.Length > options.MaxLabelValueBytes) return RejectReason.BadLabel;
            target.Add(LabelTag);
            AddLength(target, 2 + LengthOf(name.Length) + name.Length + LengthOf(value.Length) + value.Length);
            target.Add(NameTag);
            AddLength(target, name.Length);
            target.Add(name);
            target.Add(ValueTag);
            AddLength(target, value.Length);
            target.Add(value);
        }

        return RejectReason.None;
    }

    /// <summary>What to change, for the reasons that <see cref="Write"/> gives.</summary>
    public static string Explain(RejectReason reason, IngestionOptions options) => reason switch
    {
        RejectReason.TooManyLabels => $"a series has more than {options.MaxLabels} labels",
        RejectReason.BadLabel => $"a label's name is longer than {options.MaxLabelNameBytes} bytes or its value longer than {options.MaxLabelValueBytes}",
        _ => "labels_refs are not pairs of indexes of symbols",
    };

    private static int LengthOf(int length) => length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;

    private static void AddLength(KeyBuffer target, int length)
    {
        for (; length >= 0x80; length >>= 7) target.Add((byte)(length | 0x80));
        target.Add((byte)length);
    }
}
