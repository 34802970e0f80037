using System.Net.Http.Json;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>Sends samples until they are acknowledged, however often.</summary>
internal sealed class PatientSender(HttpClient intake)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private long _refused;

    /// <summary>Requests that got no 2xx.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Returns when a 2xx has come.</summary>
    /// <exception cref="InvalidOperationException">Valid samples were called wrong, or a valid key.</exception>
    public async Task SendAsync(object samples)
    {
        while (true)
        {
            try
            {
                using var limit = new CancellationTokenSource(Patience);
                using var answer = await intake.PostAsJsonAsync("/api/v1/samples", new { samples }, limit.Token);
                if (answer.IsSuccessStatusCode) return;
                if ((int)answer.StatusCode is 400 or 401 or 403) throw new InvalidOperationException($"A valid sample was refused with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Sent again below.
            }

            Interlocked.Increment(ref _refused);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
