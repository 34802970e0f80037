using System.Text;
using PerfPlatform.Agent;
using PerfPlatform.Agent.Buffer;
using Xunit;

namespace PerfPlatform.Tests.Agent.Buffer;

/// <summary>The way from memory to disk and back.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("outbox").FullName;
    private readonly AgentCounters _counters = new();

    [Fact]
    public void Add_HealthyServer_DoesNotTouchTheDisk()
    {
        using var outbox = Open();
        for (var i = 0; i < 100; i++)
        {
            Add(outbox, i);
            Assert.Equal([i], Take(outbox));
        }

        Assert.Empty(Directory.GetFiles(_folder, "*.otlp"));
        Assert.Equal(0, outbox.BufferedBytes);
    }

    [Fact]
    public void Spill_ThenAdd_KeepsTheOrder()
    {
        using var outbox = Open();
        Add(outbox, 0);
        Add(outbox, 1);
        outbox.Spill();
        Add(outbox, 2);
        Assert.True(outbox.BufferedBytes > 0);
        Assert.Equal([0, 1, 2], Take(outbox));
        Assert.True(outbox.IsEmpty);
        Add(outbox, 3);
        Assert.Equal(0, outbox.BufferedBytes);
        Assert.Equal([3], Take(outbox));
    }

    [Fact]
    public void Add_SlowServer_GoesToDiskBehindMemory()
    {
        using var outbox = Open();
        const int count = Outbox.MaxInMemory + 10;
        for (var i = 0; i < count; i++)
            Add(outbox, i);
        Assert.True(outbox.BufferedBytes > 0);
        // A request fails now: what is in memory goes to disk in front.
        outbox.Spill();
        Assert.Equal(Enumerable.Range(0, count), Take(outbox));
    }

    [Fact]
    public void Flush_ThenOpenAgain_HasEverything()
    {
        using (var outbox = Open())
        {
            for (var i = 0; i < 5; i++)
                Add(outbox, i);
            outbox.Flush();
        }

        using var again = Open();
        Assert.Equal([0, 1, 2, 3, 4], Take(again));
    }

    [Fact]
    public void Peek_ByBytes_GivesAtLeastOne()
    {
        using var outbox = Open();
        Add(outbox, 0);
        Add(outbox, 1);
        Assert.Single(outbox.Peek(10, 1).Requests);
        Assert.Equal(2, outbox.Peek(10, 16).Requests.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Outbox Open() => new(new DiskBuffer(_folder, long.MaxValue, _counters.Dropped), _counters);

    private static void Add(Outbox outbox, int number) => outbox.Add(Encoding.ASCII.GetBytes($"{number:D8}"), 1);

    private static List<int> Take(Outbox outbox)
    {
        var numbers = new List<int>();
        while (outbox.Peek(7, int.MaxValue) is { Requests.Count: > 0 } batch)
        {
            numbers.AddRange(batch.Requests.Select(request => int.Parse(Encoding.ASCII.GetString(request.Bytes.Span))));
            outbox.Acknowledge(batch);
        }

        return numbers;
    }
}
