using PerfPlatform.Agent.Sockets;
using Xunit;

namespace PerfPlatform.Tests.Agent.Sockets;

/// <summary>The files of /proc/net that tell about TCP.</summary>
public class SocketFilesTests
{
    [Fact]
    public void Count_TcpTable_CountsByState()
    {
        var counts = new ulong[TcpTable.States];
        TcpTable.Count("""
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1156 1 00000000a786b527 100 0 0 10 0
               1: 0100007F:A2B4 0100007F:07E8 01 00000000:00000000 00:00000000 00000000     0        0 1157 1 00000000a786b528 20 4 30 10 -1
               2: 0100007F:A2B5 0100007F:07E8 06 00000000:00000000 03:00000CD8 00000000     0        0 0 3 00000000a786b529
            """u8, counts);
        // tcp6 of the same kernel
        TcpTable.Count("""
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 00000000a786b52a 100 0 0 10 0
            """u8, counts);
        Assert.Equal((2UL, 1UL, 1UL, 4UL), (counts[(int)TcpState.Listen], counts[(int)TcpState.Established], counts[(int)TcpState.TimeWait], counts.Aggregate((a, b) => a + b)));
    }

    [Fact]
    public void TryParse_SockStat_ReadsTheTcpLine()
    {
        Assert.True(SockStat.TryParse("sockets: used 16\nTCP: inuse 5 orphan 1 tw 7 alloc 1 mem 0\nUDP: inuse 9 mem 0\n"u8, out var stat));
        Assert.Equal(new SockStat(5, 1, 7), stat);
        Assert.True(SockStat.TryParse("TCP6: inuse 3\nUDP6: inuse 0\n"u8, out stat));
        Assert.Equal(3UL, stat.InUse);
        Assert.False(SockStat.TryParse("UDP6: inuse 0\n"u8, out _));
    }

    [Fact]
    public void TryParse_Snmp_FindsColumnsByName()
    {
        Assert.True(TcpCounters.TryParse("""
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
            Tcp: 1 200 120000 -1 134 2 0 1 11 13820 8592 17 0 109 0
            """u8, out var tcp));
        Assert.Equal((11UL, 8592UL, 17UL), (tcp.Established, tcp.SegmentsSent, tcp.SegmentsRetransmitted));
        Assert.False(TcpCounters.TryParse("Tcp: RtoAlgorithm\n"u8, out _));
    }
}
