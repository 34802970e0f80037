using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>The floors of docs/architecture.md, checked on the compiled services.</summary>
public sealed class AssemblyFloorsTests
{
    [Theory]
    [InlineData("PerfPlatform.Contracts")]
    [InlineData("PerfPlatform.ServiceDefaults")]
    [InlineData("PerfPlatform.Ingestion")]
    [InlineData("PerfPlatform.Analysis")]
    [InlineData("PerfPlatform.Alerting")]
    [InlineData("PerfPlatform.Reports")]
    [InlineData("PerfPlatform.Web")]
    [InlineData("PerfPlatform.Standalone")]
    [InlineData("PerfPlatform.Agent")]
    [InlineData("PerfPlatform.Client")]
    public void Rooms_OfTheAssembly_StandOnFloors(string assembly)
    {
        var uses = AssemblyUses.Read(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), assembly);

        Assert.NotEmpty(uses);
        Assert.Equal("", string.Join('\n', Floors.Breaches(uses)));
    }
}
