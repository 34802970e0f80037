using System.Threading.Channels;
using PerfPlatform.Client.Processing;

namespace PerfPlatform.Client.Example;

/// <summary>One component: a bounded queue and workers that take from it, measured as an application would do it.</summary>
internal sealed class Stage
{
    private const int QueueBound = 5000;
    private readonly string _component;
    private readonly ProcessingMetrics _metrics;
    private readonly Func<Document, CancellationToken, Task> _work;
    private readonly Stage? _next;
    private readonly Channel<Document> _queue = Channel.CreateBounded<Document>(QueueBound);

    public Stage(string component, ProcessingMetrics metrics, Func<Document, CancellationToken, Task> work, Stage? next)
    {
        (_component, _metrics, _work, _next) = (component, metrics, work, next);
        metrics.WatchQueue(component, () => _queue.Reader.Count);
    }

    public int Waiting => _queue.Reader.Count;

    public ValueTask EnqueueAsync(Document document, CancellationToken stop) => _queue.Writer.WriteAsync(document, stop);

    public Task RunAsync(int workers, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(stop)));

    private async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var document in _queue.Reader.ReadAllAsync(stop))
        {
            try
            {
                await _metrics.MeasureAsync(_component, () => _work(document, stop));
                if (_next is not null)
                    await _next.EnqueueAsync(document, stop);
            }
            catch (DamagedDocumentException)
            {
                // Counted as an error by MeasureAsync; the document goes no further.
            }
        }
    }
}
