namespace PerfPlatform.AppHost.Servers;

/// <summary>Where the servers of this machine, the backups and the agent keep their data, when it is said: the setting <c>PERFPLATFORM_APPHOST_DATA</c>.</summary>
internal static class DataFolder
{
    /// <summary>The setting, and the variable by which the scripts in <c>eng/</c> are told; without it they take a folder of the clone.</summary>
    public const string Variable = "PERFPLATFORM_APPHOST_DATA";

    /// <summary>The folder that the setting names, or null.</summary>
    public static string? Of(IDistributedApplicationBuilder builder) => builder.Configuration[Variable];
}
