namespace PerfPlatform.Integration.Tests;

/// <summary>Starts hosts outside a test's execution context, in which MassTransit would find the logger of the host before.</summary>
internal static class Outside
{
    public static Task<T> StartAsync<T>(Func<Task<T>> start)
    {
        using var _ = ExecutionContext.SuppressFlow();
        return Task.Run(start);
    }
}
