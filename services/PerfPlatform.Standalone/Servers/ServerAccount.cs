using System.Diagnostics;
using System.Globalization;

namespace PerfPlatform.Standalone.Servers;

/// <summary>
/// The system user under whom the servers run: ourselves, or as root another one, because PostgreSQL refuses root.
/// </summary>
public sealed record ServerAccount(uint? User, uint? Group)
{
    /// <summary>The user that this process runs as.</summary>
    public static ServerAccount Self { get; } = new(null, null);

    /// <summary>The user to take: ourselves unless root; as root <c>postgres</c> where there is one, else <c>nobody</c>.</summary>
    public static ServerAccount ForThisProcess()
    {
        if (Posix.EffectiveUser() != 0)
            return Self;

        // A line of /etc/passwd: postgres:x:101:104:PostgreSQL administrator:/var/lib/postgresql:/bin/bash
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4).ToList();
        var user = users.Find(fields => fields[0] == "postgres") ?? users.Find(fields => fields[0] == "nobody")
            ?? throw new StartupException("PostgreSQL does not run as root and there is no user 'postgres' or 'nobody': start as an ordinary user");
        return new ServerAccount(
            uint.Parse(user[2], CultureInfo.InvariantCulture),
            uint.Parse(user[3], CultureInfo.InvariantCulture));
    }

    /// <summary>A process description that runs <paramref name="program"/> as this user.</summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        // The working folder of the caller may be closed to that user.
        var start = new ProcessStartInfo { FileName = program, WorkingDirectory = "/" };
        if (User is not null)
        {
            start.FileName = "setpriv";
            foreach (var option in (string[])[$"--reuid={User}", $"--regid={Group}", "--clear-groups", program])
                start.ArgumentList.Add(option);
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start.WithKnownLocale();
    }

    /// <summary>Creates a folder that only this user can enter, or everybody when <paramref name="open"/>.</summary>
    public void CreateFolder(string path, bool open = false)
    {
        Directory.CreateDirectory(path);
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, open ? own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : own);
        Own(path);
    }

    /// <summary>Writes a file that only this user can read. It appears whole or not at all.</summary>
    public async Task WriteFileAsync(string path, string text, CancellationToken cancellationToken)
    {
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(draft);
        await using (var stream = new FileStream(draft, options))
        await using (var writer = new StreamWriter(stream))
        {
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }

        Own(draft);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>True when this user can enter the folder and all above it.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellationToken) =>
        User is null || (await ServerCommand.RunAsync(Start("test", "-x", folder), TimeSpan.FromSeconds(10), cancellationToken)).ExitCode == 0;

    private void Own(string path)
    {
        if (User is not null && Posix.ChangeOwner(path, User.Value, Group!.Value) != 0)
            throw new StartupException($"{path} cannot be given to the servers' user {User}: choose a data folder on a local disk with PERFPLATFORM_DATA");
    }
}
