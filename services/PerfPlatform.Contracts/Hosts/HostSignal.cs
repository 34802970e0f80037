using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>What is asked of a host, whoever measures it. Shares are parts of one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostSignal>))]
public enum HostSignal
{
    /// <summary>The part of all cores' time that was spent on work: all but idle and waiting for disks.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu,

    /// <summary>The part of the time in which work waited for a processor (pressure stall information).</summary>
    [JsonStringEnumMemberName("cpuPressure")]
    CpuPressure,

    /// <summary>Tasks that ran or waited, the average of the last minute.</summary>
    [JsonStringEnumMemberName("load")]
    Load,

    /// <summary>The same for each core.</summary>
    [JsonStringEnumMemberName("loadPerCore")]
    LoadPerCore,

    /// <summary>The part of memory that new work cannot have: one minus what free(1) calls available, where a collector knows it.</summary>
    [JsonStringEnumMemberName("memory")]
    Memory,

    /// <summary>The part of the time in which work waited for memory.</summary>
    [JsonStringEnumMemberName("memoryPressure")]
    MemoryPressure,

    /// <summary>The part of the swap space in use.</summary>
    [JsonStringEnumMemberName("swap")]
    Swap,

    /// <summary>Pages swapped in or out a second.</summary>
    [JsonStringEnumMemberName("pagesSwapped")]
    PagesSwapped,

    /// <summary>Bytes a second read from disks: of the lowest layer only, so that a stack of devices counts once.</summary>
    [JsonStringEnumMemberName("diskRead")]
    DiskRead,

    /// <summary>Bytes a second written to disks, counted the same way.</summary>
    [JsonStringEnumMemberName("diskWritten")]
    DiskWritten,

    /// <summary>The part of the time in which a disk had work.</summary>
    [JsonStringEnumMemberName("diskBusy")]
    DiskBusy,

    /// <summary>The part of the time in which work waited for disks.</summary>
    [JsonStringEnumMemberName("ioPressure")]
    IoPressure,

    /// <summary>The filled part of a real filesystem, as df(1) tells it.</summary>
    [JsonStringEnumMemberName("filesystem")]
    Filesystem,

    /// <summary>Bytes a second received by physical interfaces.</summary>
    [JsonStringEnumMemberName("received")]
    Received,

    /// <summary>Bytes a second sent by physical interfaces.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,

    /// <summary>Errors a second of physical interfaces.</summary>
    [JsonStringEnumMemberName("networkErrors")]
    NetworkErrors,

    /// <summary>Packets a second that physical interfaces dropped.</summary>
    [JsonStringEnumMemberName("networkDropped")]
    NetworkDropped,

    /// <summary>Seconds since the boot.</summary>
    [JsonStringEnumMemberName("uptime")]
    Uptime,
}
