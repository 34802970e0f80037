using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Client.Processing;
using Xunit;

namespace PerfPlatform.Tests.Client.Processing;

/// <summary>The instruments that the Overview reads.</summary>
public sealed class ProcessingMetricsTests : IDisposable
{
    private readonly Meter _meter = new("test." + Guid.NewGuid());
    private readonly MeterListener _listener = new();
    private readonly List<string> _measured = [];
    private readonly ProcessingMetrics _processing;

    public ProcessingMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
        _processing = new ProcessingMetrics(_meter);
    }

    [Fact]
    public void Processed_BothOutcomes_CountsAndRecords()
    {
        _processing.Processed("ocr", TimeSpan.FromMilliseconds(250));
        _processing.Processed("index", TimeSpan.Zero, ProcessingOutcome.Error);
        Assert.Equal(
        [
            "processing.documents[{document}] 1 component=ocr,outcome=ok", "processing.duration[s] 0.25 component=ocr",
            "processing.documents[{document}] 1 component=index,outcome=error", "processing.duration[s] 0 component=index",
        ], _measured);
    }

    [Fact]
    public async Task MeasureAsync_WorkThrows_CountsAnErrorAndThrows()
    {
        var clock = new FakeTimeProvider();
        await Assert.ThrowsAsync<InvalidDataException>(() => _processing.MeasureAsync("ocr", () =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            throw new InvalidDataException();
        }, clock));
        Assert.Equal(["processing.documents[{document}] 1 component=ocr,outcome=error", "processing.duration[s] 2 component=ocr"], _measured);
        await _processing.MeasureAsync("ocr", () => Task.CompletedTask, clock);
        Assert.Contains("outcome=ok", _measured[2]);
    }

    [Fact]
    public void WatchQueue_SeveralComponents_TellsEach()
    {
        var size = 3L;
        _processing.WatchQueue("ocr", () => size);
        _processing.WatchQueue("index", () => 7);
        _processing.WatchQueue("ocr", () => size * 2);
        _listener.RecordObservableInstruments();
        Assert.Equal(["processing.queue.size[{document}] 6 component=ocr", "processing.queue.size[{document}] 7 component=index"], _measured);
    }

    [Fact]
    public void Processed_WrongArguments_Throws()
    {
        Assert.Throws<ArgumentException>(() => _processing.Processed("", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => _processing.Processed("a", TimeSpan.FromSeconds(-1)));
        Assert.Empty(_measured);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Add($"{instrument.Name}[{instrument.Unit}] {value} {string.Join(",", tags.ToArray().OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}"))}");
}
