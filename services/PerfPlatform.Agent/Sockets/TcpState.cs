namespace PerfPlatform.Agent.Sockets;

/// <summary>States of a TCP connection with the kernel's numbers (include/net/tcp_states.h), as in column st of /proc/net/tcp.</summary>
internal enum TcpState
{
    Established = 1,
    SynSent,
    SynRecv,
    FinWait1,
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}
