using PerfPlatform.Benchmarks.Chaos;
using Xunit;

namespace PerfPlatform.Tests.Benchmarks;

public sealed class FaultTests
{
    [Fact]
    public void Next_TheSameSeed_HasTheSameFaults() => Assert.Equal(Some(new Random(3), Fault.Kinds, 50), Some(new Random(3), Fault.Kinds, 50));

    [Fact]
    public void Next_OfAll_EveryKindComesAndLastsSeconds()
    {
        var faults = Some(new Random(1), Fault.Kinds, 500);

        Assert.Equal(Fault.Kinds.Order(), faults.Select(f => f.Kind).Distinct().Order());
        Assert.All(faults, f => Assert.InRange(f.Time.TotalSeconds, 1, 20));
        Assert.Equal(["alerting", "analysis", "ingestion", "reports", "web"], faults.Where(f => f.Kind == Fault.Kill).Select(f => f.Target).Distinct().Order());
    }

    [Fact]
    public void Next_OfTheNetwork_IsBetweenTwo() =>
        Assert.All(Some(new Random(1), [Fault.Cut, Fault.Stall, Fault.Slow], 100), f => Assert.Equal($"{f.Kind} {f.From} to {f.Target} for {f.Time.TotalSeconds:0} s", f.ToString()));

    private static List<Fault> Some(Random random, IReadOnlyList<string> kinds, int count) => [.. Enumerable.Range(0, count).Select(_ => Fault.Next(random, kinds))];
}
