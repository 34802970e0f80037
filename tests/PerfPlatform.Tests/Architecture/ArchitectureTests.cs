using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>The directions of docs/architecture.md, checked on the clone itself.</summary>
public sealed class ArchitectureTests
{
    private static readonly SourceTree Tree = SourceTree.Load();

    [Fact]
    public void Tree_Loaded_HasEveryRoom()
    {
        // A check that read nothing would pass.
        string[] rooms =
        [
            "PerfPlatform.AppHost", "PerfPlatform.ServiceDefaults", "PerfPlatform.Contracts", "PerfPlatform.Ingestion", "PerfPlatform.Analysis",
            "PerfPlatform.Alerting", "PerfPlatform.Reports", "PerfPlatform.Standalone", "PerfPlatform.Agent", "PerfPlatform.Client", "PerfPlatform.Web",
        ];

        Assert.Empty(rooms.Except(Tree.Projects.Select(project => project.Name)));
        Assert.All(Tree.Projects.Where(project => rooms.Contains(project.Name)), project => Assert.NotEmpty(project.Files));
        Assert.Contains(Tree.Projects, project => project is { Name: "PerfPlatform.ServiceDefaults", Projects: ["PerfPlatform.Contracts"] });
    }

    [Fact]
    public void ProjectGraph_OfTheClone_KeepsTheDirections() => Assert.Empty(ProjectDirections.Breaches(Tree));

    [Fact]
    public void Modules_OfTheClone_OnlyAddAndMap() => Assert.Empty(ModuleRules.Breaches(Tree));

    [Fact]
    public void Types_OfTheClone_StayInTheirRooms() => Assert.Empty(ForeignTypes.Breaches(Tree));

    [Fact]
    public void Schemas_OfTheClone_HaveOneOwner() => Assert.Empty(SchemaOwners.Breaches(Tree));

    [Fact]
    public void Names_OfTheClone_AreNounsOfTheDomain() => Assert.Empty(Names.Breaches(Tree));
}
