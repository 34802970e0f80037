using System.Diagnostics;
using Xunit;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>Polls with a deadline.</summary>
public static class Eventually
{
    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, TimeSpan patience, string otherwise) where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found) return found;
            if (watch.Elapsed > patience) throw new TimeoutException($"After {patience.TotalSeconds:0.#} s: {otherwise}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> look, TimeSpan patience, string otherwise) => GetAsync(async () => await look() ? "" : null, patience, otherwise);
}
