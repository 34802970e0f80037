using System.Text;
using FsCheck.Xunit;
using PerfPlatform.Agent.Kernel;
using Xunit;

namespace PerfPlatform.Tests.Agent.Kernel;

/// <summary>The scanner against String.Split.</summary>
public class ByteScannerTests
{
    [Property]
    public void TryReadWord_AnyLine_FindsWhatSplitFinds(string text)
    {
        text ??= "";
        var lines = new List<string>();
        var scanner = new ByteScanner(Encoding.UTF8.GetBytes(text));
        while (scanner.TryReadLine(out var line))
        {
            var words = new ByteScanner(line);
            while (words.TryReadWord(out var word))
                lines.Add(Encoding.UTF8.GetString(word));
        }

        var clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Assert.Equal(clean.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries), lines);
    }

    [Property]
    public void TryReadNumber_NumbersInALine_ComeBack(uint[] numbers)
    {
        var scanner = new ByteScanner(Encoding.ASCII.GetBytes("  " + string.Join("   ", numbers)));
        foreach (var number in numbers)
        {
            Assert.True(scanner.TryReadNumber(out ulong value));
            Assert.Equal(number, value);
        }

        Assert.False(scanner.TryReadNumber(out ulong _));
    }
}
