using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.Scrape;
using PerfPlatform.Ingestion.Scrape.Targets;
using static Microsoft.Extensions.Options.Options;

namespace PerfPlatform.Tests.Ingestion.Scrape;

/// <summary>A scraper with a page of the test's own at the other end, a clock that the test sets, and what it stored.</summary>
internal sealed class ScrapeBench : HttpMessageHandler, IHttpClientFactory, ISampleSink
{
    public const long Start = IntakeHarness.Now;

    private readonly ScrapeTools _tools;

    public ScrapeBench(ScrapeTargetDefinition? definition = null, IngestionOptions? limits = null)
    {
        var options = Create(limits ?? new IngestionOptions());
        Cache = new SeriesCache(options, this, Clock);
        var gate = new IntakeGate(options);
        var quotas = new KeyQuotas(options);
        var pipeline = new IntakePipeline(Cache, quotas, gate, this, new StampSource(), Clock, options, NullLogger<IntakePipeline>.Instance);
        _tools = new ScrapeTools(new ScrapeClient(this, gate, options, Clock), pipeline, quotas, Clock, Create(new ScrapeOptions()), NullLogger<TargetScraper>.Instance);
        Scraper = new TargetScraper(ScrapeTargetRules.Target("t", ScrapeSource.Api, definition ?? new ScrapeTargetDefinition { Job = "node", Target = "web-1:9100" }), _tools);
    }

    public CountingClock Clock { get; } = new();

    /// <summary>How often it was tried to store something.</summary>
    public int Writes { get; private set; }

    public SeriesCache Cache { get; }

    public TargetScraper Scraper { get; }

    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => Page("up_to 1\n");

    public Exception? SinkFailure { get; set; }

    public List<HttpRequestMessage> Requests { get; } = [];

    public List<TakenSample> Stored { get; } = [];

    public int Partitions => 1;

    public static HttpResponseMessage Page(string text, string type = "text/plain; version=0.0.4")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    /// <summary>Scrapes now, and answers what was stored by it: samples as <c>metric{labels}</c> with their values.</summary>
    public async Task<Dictionary<string, double>> ScrapeAsync()
    {
        Stored.Clear();
        await Scraper.ScrapeAsync(Clock.GetUtcNow().ToUnixTimeMilliseconds(), CancellationToken.None);
        var found = Stored.ToDictionary(s => s.Metric + s.Labels, s => s.Value);
        Clock.Advance(TimeSpan.FromSeconds(15));
        return found;
    }

    public HttpClient CreateClient(string name)
    {
#pragma warning disable RS0030 // The handler is the test's own.
        return new HttpClient(this, disposeHandler: false);
#pragma warning restore RS0030
    }

    public Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken)
    {
        Writes++;
        if (SinkFailure is { } failure) return Task.FromException(failure);
        foreach (var batch in batches)
        {
            foreach (var series in batch.Series)
            {
                for (var i = series.Start; i < series.Start + series.Count; i++)
                    Stored.Add(new TakenSample(series.Descriptor!.Metric.Value, series.Descriptor.Labels.ToString(), batch.Times[i], BitConverter.DoubleToInt64Bits(batch.Values[i])));
            }
        }

        return Task.CompletedTask;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Answer(request);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _tools.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A clock that counts who waits for it.</summary>
    internal sealed class CountingClock() : FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(IntakeHarness.Now))
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
