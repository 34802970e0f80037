namespace PerfPlatform.ServiceDefaults;

/// <summary>What the health check of the database asks each schema of this process.</summary>
internal interface ISchemaState
{
    /// <summary>Whether its migrations have run.</summary>
    bool IsReady { get; }
}
