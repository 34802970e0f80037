using System.Text;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>Scrapes one target for as long as it runs, and ends its series when it is told that the target is gone.</summary>
internal sealed partial class TargetScraper(ScrapeTarget target, ScrapeTools tools)
{
    private readonly PageIntake _intake = new(target, tools.Created);
    private readonly long _interval = (long)target.Interval.TotalMilliseconds;
    private volatile ScrapeState? _state;

    public ScrapeTarget Target { get; } = target;

    /// <summary>How the last scrape went; null before the first.</summary>
    public ScrapeState? State => _state;

    /// <summary>Scrapes until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var offset = ScrapeSchedule.Offset(Target.Id, _interval);
        var planned = 0L;
        while (!stop.IsCancellationRequested)
        {
            var now = tools.Now;
            planned = ScrapeSchedule.Next(now, planned, _interval, offset);
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(planned - now), tools.Clock, stop);
                await ScrapeAsync(planned, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A mistake of ours or of the sink with one page must not end the target.
                LogFault(tools.Logger, e, Target);
                ScrapeTelemetry.Missed.Add(1);
            }
        }
    }

    /// <summary>Scrapes once.</summary>
    /// <param name="planned">When it was to begin, Unix milliseconds.</param>
    /// <param name="stop">Ends it.</param>
    public async Task ScrapeAsync(long planned, CancellationToken stop)
    {
        IntakeRequest request;
        string? error;
        long time;
        double seconds;
        await tools.Turns.WaitAsync(stop);
        try
        {
            var started = tools.Clock.GetTimestamp();
            time = ScrapeSchedule.Align(planned, tools.Now, _interval);
            (request, error) = await ReadAsync(time, stop);
            seconds = tools.Clock.GetElapsedTime(started).TotalSeconds;
        }
        catch (IntakeBusyException e)
        {
            // No fault of the target, so nothing is said of it; its series go on.
            ScrapeTelemetry.Missed.Add(1);
            Tell(new ScrapeState(_state?.Up ?? false, DateTimeOffset.FromUnixTimeMilliseconds(planned), 0, 0, e.Message, tools.Instance));
            return;
        }
        finally
        {
            tools.Turns.Release();
        }

        var up = error is null;
        var samples = up ? _intake.Samples : 0;
        var stored = up ? request.Accepted : 0;
        if (up && request.Rejections.Total > 0) error = $"not all of the page is stored: {request.Rejections}";
        var added = _intake.Seen.Compare(out var vanished);
        foreach (var series in vanished) request.Add(series, time, StaleMarker.Value);
        request.Add(_intake.Own("up"u8, request), time, up ? 1 : 0);
        request.Add(_intake.Own("scrape_duration_seconds"u8, request), time, seconds);
        request.Add(_intake.Own("scrape_samples_scraped"u8, request), time, samples);
        request.Add(_intake.Own("scrape_samples_post_metric_relabeling"u8, request), time, stored);
        request.Add(_intake.Own("scrape_series_added"u8, request), time, added);
        if (await StoreAsync(request, planned + _interval, stop)) _intake.Seen.Commit();
        else error = "the samples could not be made durable before the next scrape";
        Tell(new ScrapeState(up, DateTimeOffset.FromUnixTimeMilliseconds(time), seconds * 1000, samples, error, tools.Instance));
    }

    /// <summary>Ends every series: the target is scraped no more. Not while <see cref="RunAsync"/> runs.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_state is null) return;
        var request = tools.Pipeline.Begin(tools.Quotas.OfJob(Target.Job), 16);
        var time = tools.Now;
        _intake.Seen.Begin();
        _intake.Seen.Compare(out var vanished);
        foreach (var series in vanished) request.Add(series, time, StaleMarker.Value);
        foreach (var name in (ReadOnlySpan<string>)["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"])
            request.Add(_intake.Own(Encoding.ASCII.GetBytes(name), request), time, StaleMarker.Value);
        if (await StoreAsync(request, time + _interval, cancellationToken)) _intake.Seen.Commit();
    }

    private async Task<(IntakeRequest Request, string? Error)> ReadAsync(long time, CancellationToken stop)
    {
        var quota = tools.Quotas.OfJob(Target.Job);
        try
        {
            using var page = await tools.Client.FetchAsync(Target, stop);
            var request = tools.Pipeline.Begin(quota, _intake.Samples + 16);
            Read(page, time, request);
            return (request, null);
        }
        catch (Exception e) when (e is ScrapeException or IntakeTooLargeException)
        {
            // Nothing of a page that is not good as a whole: its series end.
            _intake.Seen.Begin();
            return (tools.Pipeline.Begin(quota, 16), e.Message);
        }
    }

    private void Read(ScrapePage page, long time, IntakeRequest request)
    {
        try
        {
            _intake.Read(page.Body.Span, page.Format, time, request);
        }
        catch (ScrapeException e) when (page.Mistake is { } mistake)
        {
            throw new ScrapeException($"{mistake} ({e.Message})", e);
        }
    }

    // What cannot be made durable now is tried again until the next page comes.
    private async Task<bool> StoreAsync(IntakeRequest request, long until, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await tools.Pipeline.CompleteAsync(request, "scrape", stop);
                return true;
            }
            catch (SinkUnavailableException e)
            {
                var left = TimeSpan.FromMilliseconds(until - tools.Now);
                if (left <= TimeSpan.Zero)
                {
                    ScrapeTelemetry.Missed.Add(1);
                    LogLost(tools.Logger, Target, request.Accepted, e.Message);
                    return false;
                }

                await Task.Delay(e.RetryAfter < left ? e.RetryAfter : left, tools.Clock, stop);
            }
        }
    }

    private void Tell(ScrapeState state)
    {
        var before = _state;
        _state = state;
        if (!state.Up) ScrapeTelemetry.Failures.Add(1);
        if (!state.Up && before?.Up != false) LogDown(tools.Logger, Target, state.Error ?? "");
        if (state.Up && before?.Up == false) LogUp(tools.Logger, Target);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The target {Target} is down: {Error}")]
    private static partial void LogDown(ILogger logger, ScrapeTarget target, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The target {Target} is up again")]
    private static partial void LogUp(ILogger logger, ScrapeTarget target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Samples} samples of the target {Target} are lost: {Reason}")]
    private static partial void LogLost(ILogger logger, ScrapeTarget target, int samples, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scrape of {Target} failed")]
    private static partial void LogFault(ILogger logger, Exception exception, ScrapeTarget target);
}
