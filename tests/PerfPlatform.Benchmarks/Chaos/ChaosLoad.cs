using System.Globalization;

namespace PerfPlatform.Benchmarks.Chaos;

/// <summary>
/// Senders that give up nothing: each sample has a time of its own and is sent until it is acknowledged, so that what is found can be counted exactly. A sample that was
/// stored without an acknowledgement is sent again and stays one.
/// </summary>
internal sealed class ChaosLoad(IReadOnlyList<PatientSender> senders, int rate) : IDisposable
{
    public const string Metric = "chaos.load";
    public const int SeriesOfOne = 100;
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private readonly List<long>[] _times = [.. senders.Select(_ => new List<long>())]; // bounded by the time
    private long _acknowledged;

    /// <summary>The times of what each sender sent, each of which every one of its series has; read once the load has ended.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Times => _times;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Before the first sample.</summary>
    public DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000);

    public void Begin() => _sending = Task.WhenAll(senders.Select((sender, number) => Task.Run(() => SendAsync(sender, number, _stop.Token))));

    /// <summary>Returns when all that was begun is acknowledged.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _sending;
    }

    public void Dispose() => _stop.Dispose();

    private async Task SendAsync(PatientSender sender, int number, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds((double)senders.Count * SeriesOfOne / rate);
        using var timer = new PeriodicTimer(pause);
        long last = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            last = Math.Max(last + 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var samples = Enumerable.Range(0, SeriesOfOne).Select(n => new
            {
                metric = Metric,
                labels = new { sender = number.ToString(CultureInfo.InvariantCulture), n = n.ToString(CultureInfo.InvariantCulture) },
                time = last,
                value = n,
            });
            await sender.SendAsync(samples);
            _times[number].Add(last);
            Interlocked.Add(ref _acknowledged, SeriesOfOne);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
