using System.Collections.Concurrent;
using System.Threading.Channels;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Live;

/// <summary>Asks the registry for series whose ids the evaluator does not know, beside it, so that evaluation never waits for Analysis.</summary>
public sealed partial class SeriesResolver(ISeriesCatalog catalog, SampleQueue queue, TimeProvider clock, ILogger<SeriesResolver> logger) : BackgroundService
{
    private const int MaxIds = 10_000;

    // One question at a time waits; the evaluator asks again for what is still unknown.
    private readonly Channel<IReadOnlyList<int>> _questions = Channel.CreateBounded<IReadOnlyList<int>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly ConcurrentQueue<SeriesResolution> _answers = new();

    /// <summary>Whether the last question was answered.</summary>
    public bool IsAvailable { get; private set; } = true;

    /// <summary>Asks for ids.</summary>
    public void Ask(IEnumerable<int> ids) => _questions.Writer.TryWrite([.. ids.Take(MaxIds)]);

    /// <summary>Takes an answer that has come.</summary>
    public bool TryTake(out SeriesResolution? answer) => _answers.TryDequeue(out answer);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var ids in _questions.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                _answers.Enqueue(await catalog.ResolveAsync(ids, stoppingToken));
                IsAvailable = true;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (IsAvailable) LogAway(logger, ids.Count, e.Message);
                IsAvailable = false;
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);

                // Health says that the registry is away until it answers; who asked may not ask again.
                if (!_questions.Reader.TryPeek(out _)) Ask(ids);
            }

            queue.Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The registry did not answer for {Count} series; their samples wait: {Reason}")]
    private static partial void LogAway(ILogger logger, int count, string reason);
}
