namespace PerfPlatform.ServiceDefaults;

/// <summary>A lease as the database has it.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Owner">Who took it last.</param>
/// <param name="Epoch">How often it was taken.</param>
/// <param name="IsOver">Whether its time is over.</param>
public sealed record LeaseRow(int Partition, string Owner, long Epoch, bool IsOver);
