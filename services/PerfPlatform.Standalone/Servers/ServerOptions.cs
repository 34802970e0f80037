namespace PerfPlatform.Standalone.Servers;

/// <summary>Where an embedded server finds its programs and keeps its data.</summary>
public sealed record ServerOptions
{
    public required ServerPrograms Programs { get; init; }

    /// <summary>The data folder: the server has a folder of its own in it, and sockets and secrets have one each.</summary>
    public required string DataFolder { get; init; }

    public ServerAccount Account { get; init; } = ServerAccount.ForThisProcess();

    /// <summary>False only for tests: what is written need not survive a crash of the machine.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>How long a start may take. Recovery after a crash reads up to max_wal_size again, which takes tens of seconds on a slow disk.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(5);

    internal string RunFolder => Path.Combine(DataFolder, "run");

    internal string SecretPath(string name) => Path.Combine(DataFolder, "secrets", name);

    internal void CreateSharedFolders()
    {
        Directory.CreateDirectory(DataFolder);
        Account.CreateFolder(RunFolder, open: true);
        ServerAccount.Self.CreateFolder(Path.Combine(DataFolder, "secrets"));
    }
}
