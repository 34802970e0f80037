using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace PerfPlatform.Tests.Architecture;

/// <summary>The metadata tokens in a method's code.</summary>
internal static class CodeTokens
{
    private static readonly Dictionary<ushort, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value, code => code.OperandType);

    public static IReadOnlyList<int> Of(BlobReader code)
    {
        var tokens = new List<int>();
        while (code.RemainingBytes > 0)
        {
            ushort operation = code.ReadByte();
            if (operation == 0xFE) operation = (ushort)(0xFE00 | code.ReadByte());
            switch (Operands[operation])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(code.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    var cases = code.ReadInt32();
                    code.Offset += cases * sizeof(int);
                    break;
                case var operand:
                    code.Offset += Size(operand);
                    break;
            }
        }

        return tokens;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
