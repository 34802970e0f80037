namespace PerfPlatform.TestServers.Topology;

/// <summary>Waiting for what must come true, with a deadline (90 s unless said) and the last answer in the failure.</summary>
public static class Wait
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(90);

    /// <summary>Ends what waits with it after the usual time, so that a test fails there and does not hang.</summary>
    public static CancellationToken Limit => new CancellationTokenSource(s_usual).Token;

    public static async Task<T> ForAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> enough, TimeSpan? limit = null, Func<string>? more = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        var last = "no answer";
        while (true)
        {
            try
            {
                var answer = await ask();
                if (enough(answer)) return answer;
                last = answer?.ToString() ?? "null";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or System.Text.Json.JsonException or IOException)
            {
                last = e.Message;
            }

            if (TimeProvider.System.GetElapsedTime(started) > (limit ?? s_usual)) throw new TimeoutException($"{what} did not come true within {(limit ?? s_usual).TotalSeconds} s; last: {last}\n{more?.Invoke()}");
            await Task.Delay(50);
        }
    }

    public static Task ForAsync(string what, Func<Task<bool>> condition, TimeSpan? limit = null, Func<string>? more = null) => ForAsync(what, condition, yes => yes, limit, more);

    public static Task ForAsync(string what, Func<bool> condition, TimeSpan? limit = null, Func<string>? more = null) => ForAsync(what, () => Task.FromResult(condition()), yes => yes, limit, more);
}
