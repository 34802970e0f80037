using System.Diagnostics;
using System.Net.Http.Json;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>Sends samples until they are acknowledged, however often, to each instance of intake in turn; one that gave no answer is passed over for a while.</summary>
/// <param name="http">With the key.</param>
/// <param name="addresses">Where intake listens now.</param>
internal sealed class PatientSender(HttpClient http, Func<IReadOnlyList<Uri>> addresses)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Aside = TimeSpan.FromSeconds(10);
    private readonly Dictionary<Uri, long> _silent = []; // when each was; bounded by the starts
    private int _turn = Random.Shared.Next(2);
    private long _refused;

    /// <summary>Requests that got no 2xx.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Returns when a 2xx has come.</summary>
    /// <exception cref="InvalidOperationException">Valid samples were called wrong, or a valid key.</exception>
    public async Task SendAsync(object samples)
    {
        while (true)
        {
            if (Next() is { } address)
            {
                try
                {
                    using var limit = new CancellationTokenSource(Patience);
                    using var answer = await http.PostAsJsonAsync(new Uri(address, "/api/v1/samples"), new { samples }, limit.Token);
                    if (answer.IsSuccessStatusCode) return;
                    if ((int)answer.StatusCode is 400 or 401 or 403) throw new InvalidOperationException($"A valid sample was refused with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // Sent again below.
                    _silent[address] = Stopwatch.GetTimestamp();
                }

                Interlocked.Increment(ref _refused);
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    // Null while there is none.
    private Uri? Next()
    {
        var all = addresses();
        for (var i = 0; i < all.Count; i++)
        {
            var address = all[++_turn % all.Count];
            if (!_silent.TryGetValue(address, out var since) || Stopwatch.GetElapsedTime(since) > Aside) return address;
        }

        return all.Count == 0 ? null : all[++_turn % all.Count];
    }
}
