namespace PerfPlatform.Standalone.Servers;

/// <summary>The folder that eng/fetch-servers.sh filled: its <c>bin</c> holds the programs of PostgreSQL and Redis.</summary>
public sealed record ServerPrograms(string Folder)
{
    /// <summary>The variable that names the folder when it is not in one of the usual places.</summary>
    public const string Variable = "PERFPLATFORM_SERVERS";

    private const string Shared = "/var/lib/perfplatform-servers";

    public string Path(string program) => System.IO.Path.Combine(Folder, "bin", program);

    /// <summary>
    /// Looks in <paramref name="configured"/>, then in <c>.servers</c> of the folders above <paramref name="start"/> (the clone), then in
    /// the machine's shared folder.
    /// </summary>
    public static ServerPrograms Find(string? configured, string start) => Look(configured, start)
        ?? throw new StartupException($"PostgreSQL and Redis are not there: run eng/fetch-servers.sh FOLDER and set {Variable}=FOLDER, "
            + "or set ConnectionStrings__metrics and ConnectionStrings__redis");

    /// <summary>As <see cref="Find"/>, but null where there are none; a folder that is named must have them.</summary>
    public static ServerPrograms? Look(string? configured, string start)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return IsComplete(configured)
                ? new ServerPrograms(System.IO.Path.GetFullPath(configured))
                : throw new StartupException($"{Variable} is '{configured}', where there are no servers: run eng/fetch-servers.sh {configured}");
        }

        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, ".servers");
            if (IsComplete(candidate))
                return new ServerPrograms(candidate);
        }

        return IsComplete(Shared) ? new ServerPrograms(Shared) : null;
    }

    private static bool IsComplete(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "version")) && File.Exists(System.IO.Path.Combine(folder, "bin", "postgres"));
}
