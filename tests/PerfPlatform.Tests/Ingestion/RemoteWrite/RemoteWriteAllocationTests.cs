using PerfPlatform.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

public sealed class RemoteWriteAllocationTests
{
    private const int Series = 2000;

    [Fact]
    public void Read_KnownSeries_AllocatesTheColumnsAndNothingPerSample()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var body = WriteRequests.Write(Enumerable.Range(0, Series).Select(i => WriteRequests.Series("up", [$"instance=host-{i}", "job=node"], (IntakeHarness.Now, i * 0.5))));
        for (var i = 0; i < 20; i++) intake.Read(body, harness.Begin(Series));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = harness.Begin(Series);
        intake.Read(body, request);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Series, request.Accepted);
        // The columns go to the batch: 24 bytes a series, 8 a time, 8 a value. All else is a few objects a request.
        const int columns = Series * (24 + 8 + 8);
        Assert.InRange(allocated - columns, 0, 2000);
    }
}
