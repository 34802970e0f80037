using System.Diagnostics;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Waits for something by looking, with a deadline.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, string what, int seconds = 30) => TrueAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds)) Assert.Fail($"Within {seconds} s it did not come true that {what}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
