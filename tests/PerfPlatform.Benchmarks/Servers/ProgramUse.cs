namespace PerfPlatform.Benchmarks.Servers;

/// <summary>What the processes of a program have.</summary>
/// <param name="MemoryBytes">The proportional set size: resident memory, of which shared pages are counted once.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
/// <param name="Threads">Running or waiting.</param>
internal sealed record ProgramUse(long MemoryBytes, int Handles, int Threads);
