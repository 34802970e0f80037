using System.Text;

namespace PerfPlatform.Agent.Otlp;

/// <summary>What an ExportMetricsServiceResponse says: how many points the server did not take, and why.</summary>
internal readonly record struct ExportResponse(long RejectedPoints, string Message)
{
    /// <summary>Reads partial_success (1) { rejected_data_points (1), error_message (2) }. What is not protobuf counts as nothing rejected: the status code has said yes.</summary>
    public static ExportResponse Parse(ReadOnlySpan<byte> body)
    {
        var result = new ExportResponse(0, "");
        while (TryField(ref body, out var field, out _, out var content))
        {
            if (field != 1)
                continue;
            while (TryField(ref content, out var inner, out var number, out var text))
            {
                if (inner == 1)
                    result = result with { RejectedPoints = (long)number };
                else if (inner == 2)
                    result = result with { Message = Encoding.UTF8.GetString(text) };
            }
        }

        return result;
    }

    private static bool TryField(scoped ref ReadOnlySpan<byte> rest, out int field, out ulong number, out ReadOnlySpan<byte> content)
    {
        (field, number) = (0, 0);
        content = default;
        if (!TryVarint(ref rest, out var tag))
            return false;
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return TryVarint(ref rest, out number);
            case 1 when rest.Length >= 8:
                rest = rest[8..];
                return true;
            case 2 when TryVarint(ref rest, out var length) && length <= (ulong)rest.Length:
                content = rest[..(int)length];
                rest = rest[(int)length..];
                return true;
            case 5 when rest.Length >= 4:
                rest = rest[4..];
                return true;
            default:
                return false;
        }
    }

    private static bool TryVarint(scoped ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80)
                continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
