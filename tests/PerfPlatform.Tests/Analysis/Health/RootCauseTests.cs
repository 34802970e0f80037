using PerfPlatform.Analysis.Health;
using PerfPlatform.Contracts.Health;
using Xunit;
using static PerfPlatform.Contracts.Health.ComponentStatus;

namespace PerfPlatform.Tests.Analysis.Health;

public sealed class RootCauseTests
{
    [Fact]
    public void Of_ChainOfFailures_IsTheLastOne() =>
        Assert.Equal("disk", Of("web", ("web", Unhealthy, ["api"]), ("api", Unhealthy, ["db"]), ("db", Unhealthy, ["disk"]), ("disk", Unhealthy, [])));

    [Fact]
    public void Of_DependenciesHealthy_IsNull() => Assert.Null(Of("web", ("web", Unhealthy, ["db"]), ("db", Healthy, [])));

    [Fact]
    public void Of_HealthyComponent_IsNull() => Assert.Null(Of("web", ("web", Healthy, ["db"]), ("db", Unhealthy, [])));

    [Fact]
    public void Of_HealthyInBetween_EndsTheChain() =>
        Assert.Null(Of("web", ("web", Unhealthy, ["api"]), ("api", Healthy, ["db"]), ("db", Unhealthy, [])));

    [Fact]
    public void Of_DegradedInBetween_IsPassedThrough() =>
        Assert.Equal("db", Of("web", ("web", Unhealthy, ["api"]), ("api", Degraded, ["db"]), ("db", Unhealthy, [])));

    [Fact]
    public void Of_Circle_Ends() =>
        Assert.Equal("c", Of("a", ("a", Unhealthy, ["b"]), ("b", Unhealthy, ["c"]), ("c", Unhealthy, ["a", "b", "c"])));

    [Fact]
    public void Of_TwoCauses_IsTheFirstByName() => Assert.Equal("cache", Of("web", ("web", Unhealthy, ["db", "cache"]), ("db", Unhealthy, []), ("cache", Unhealthy, [])));

    [Fact]
    public void Of_UnknownDependency_IsLeftOut() => Assert.Null(Of("web", ("web", Unhealthy, ["gone"])));

    private static string? Of(string name, params (string Name, ComponentStatus Status, string[] DependsOn)[] components)
    {
        var all = components.ToDictionary(c => c.Name);
        return RootCause.Of(name, n => all.TryGetValue(n, out var c) ? (c.Status, (IReadOnlyList<string>)c.DependsOn) : null);
    }
}
