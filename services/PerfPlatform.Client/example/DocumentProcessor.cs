using PerfPlatform.Client.Processing;

namespace PerfPlatform.Client.Example;

/// <summary>Intake, recognition and index, with arrivals that come in waves: in the busy part of a wave recognition falls behind and its queue grows.</summary>
internal sealed class DocumentProcessor
{
    private static readonly TimeSpan Wave = TimeSpan.FromMinutes(2);
    private readonly Stage _intake;
    private readonly Stage _ocr;
    private readonly Stage _index;
    private readonly double _rate;

    public DocumentProcessor(ProcessingMetrics metrics, double rate)
    {
        _rate = rate;
        _index = new Stage("index", metrics, (document, stop) => WorkAsync(20 + 2 * document.Pages, stop), null);
        _ocr = new Stage("ocr", metrics, async (document, stop) =>
        {
            await WorkAsync(100 + 40 * document.Pages, stop);
            if (document.Damaged)
                throw new DamagedDocumentException();
        }, _index);
        _intake = new Stage("intake", metrics, (_, stop) => WorkAsync(10, stop), _ocr);
    }

    /// <summary>Documents between intake and index.</summary>
    public int Waiting => _intake.Waiting + _ocr.Waiting + _index.Waiting;

    public async Task RunAsync(CancellationToken stop)
    {
        // Recognition has as many workers as the average rate needs, and none to spare.
        var workers = Math.Max(1, (int)Math.Ceiling(_rate * 0.45));
        try
        {
            await Task.WhenAll(ArriveAsync(stop), _intake.RunAsync(2, stop), _ocr.RunAsync(workers, stop), _index.RunAsync(2, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end of the run.
        }
    }

    private async Task ArriveAsync(CancellationToken stop)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var phase = TimeProvider.System.GetElapsedTime(start) / Wave * 2 * Math.PI;
            var rate = _rate * (1 + 0.7 * Math.Sin(phase));
            // Arrivals are a Poisson process: the pause before each is exponential.
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, -Math.Log(1 - Random.Shared.NextDouble()) / rate)), stop);
            await _intake.EnqueueAsync(Document.Arrive(Random.Shared), stop);
        }
    }

    // Work takes its time, give or take a third.
    private static Task WorkAsync(int milliseconds, CancellationToken stop) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds * (0.67 + 0.66 * Random.Shared.NextDouble())), stop);
}
