using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Running;
using PerfPlatform.Agent.Settings;

if (args.Contains("--help"))
{
    Console.WriteLine(SettingsReader.Usage);
    return 0;
}

if (args.Contains("--version"))
{
    Console.WriteLine(AgentProcess.Version);
    return 0;
}

if (OperatingSystem.IsLinux())
    NativeHeap.UseOneArena();
try
{
    await AgentProcess.RunAsync(SettingsReader.Read(args, Environment.GetEnvironmentVariable), Environment.GetEnvironmentVariable, TimeProvider.System);
    return 0;
}
catch (SettingsException e)
{
    Console.Error.WriteLine("agent: " + e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    // Stopped before it had started.
    return 0;
}
