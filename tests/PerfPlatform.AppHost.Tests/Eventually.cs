namespace PerfPlatform.AppHost.Tests;

/// <summary>Waits for what comes by itself.</summary>
internal static class Eventually
{
    public static async Task<T> HoldsAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> holds, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        string last = "nothing yet";
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                var answer = await ask();
                if (holds(answer)) return answer;
                last = answer?.ToString() ?? "null";
            }
            catch (HttpRequestException e)
            {
                last = e.Message;
            }

            await Task.Delay(200, CancellationToken.None);
        }

        throw new TimeoutException($"{what} did not come within {limit.TotalSeconds} s; last: {last}");
    }
}
