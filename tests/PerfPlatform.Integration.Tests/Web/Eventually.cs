using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>Waits for something to become true, with a deadline.</summary>
internal static class Eventually
{
    public static async Task IsAsync<T>(T expected, Func<Task<T>> read)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        T last;
        do
        {
            last = await read();
            if (EqualityComparer<T>.Default.Equals(expected, last)) return;
            await Task.Delay(50, CancellationToken.None);
        }
        while (!limit.IsCancellationRequested);
        Assert.Equal(expected, last);
    }
}
