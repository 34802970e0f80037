using System.Text;
using PerfPlatform.Agent.Networks;
using Xunit;

namespace PerfPlatform.Tests.Agent.Networks;

/// <summary>/proc/net/dev as several kernels write it.</summary>
public class InterfaceCountersTests
{
    [Theory]
    [InlineData("  eth0: 620123400   14064    1    2    0     0          0         0   797091    8845    3    4    0     0       0          0", "eth0")]
    [InlineData("  eth0:620123400   14064    1    2    0     0          0         0   797091    8845    3    4    0     0       0          0", "eth0")]     // 2.6
    [InlineData("eth0:1: 620123400   14064    1    2    0     0          0         0   797091    8845    3    4    0     0       0          0", "eth0:1")]
    [InlineData("br-f2b6ab21ba62: 620123400 14064 1 2 0 0 0 0 797091 8845 3 4 0 0 0 0", "br-f2b6ab21ba62")]
    public void TryParse_Line_ReadsBothDirections(string line, string expected)
    {
        Assert.True(InterfaceCounters.TryParse(Encoding.ASCII.GetBytes(line), out var name, out var card));
        Assert.Equal(expected, Encoding.ASCII.GetString(name));
        Assert.Equal((620123400UL, 14064UL, 1UL, 2UL), (card.BytesReceived, card.PacketsReceived, card.ErrorsReceived, card.DroppedReceived));
        Assert.Equal((797091UL, 8845UL, 3UL, 4UL), (card.BytesSent, card.PacketsSent, card.ErrorsSent, card.DroppedSent));
    }

    [Theory]
    [InlineData("Inter-|   Receive                                                |  Transmit")]
    [InlineData(" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed")]
    [InlineData("dummy0:No statistics available.")]
    public void TryParse_OtherLines_IsFalse(string line) => Assert.False(InterfaceCounters.TryParse(Encoding.ASCII.GetBytes(line), out _, out _));
}
