namespace PerfPlatform.Agent.Settings;

/// <summary>What the agent was told by environment and command line.</summary>
internal sealed record AgentSettings
{
    public required Uri Endpoint { get; init; }

    public string? ApiKey { get; init; }

    /// <summary>A file whose first line is the key; read again when it changes.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>0.1 to 60 seconds.</summary>
    public required TimeSpan Interval { get; init; }

    public required string BufferFolder { get; init; }

    /// <summary>1 to 1,048,576 MiB.</summary>
    public required long BufferBytes { get; init; }

    public required string HostName { get; init; }

    /// <summary>Types of filesystems that are told besides local storage, as nfs4.</summary>
    public IReadOnlySet<string> FilesystemTypes { get; init; } = new HashSet<string>();

    /// <summary>Whether to stop when standard input ends, as it does when the process that started the agent is gone.</summary>
    public bool ExitWithParent { get; init; }
}
