namespace PerfPlatform.ServiceDefaults;

/// <summary>Of a service that has no replicas.</summary>
internal sealed class LonelyLeadership : ILeadership
{
    public bool IsLeader => true;

    public string LeaderAddress => "";
}
