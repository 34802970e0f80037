using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>Each rule of the architecture on made-up sources: it finds the breach and leaves what is right alone.</summary>
public sealed class ArchitectureRuleTests
{
    [Theory]
    [InlineData("PerfPlatform.Contracts", "PerfPlatform.ServiceDefaults")]
    [InlineData("PerfPlatform.ServiceDefaults", "PerfPlatform.Analysis")]
    [InlineData("PerfPlatform.Alerting", "PerfPlatform.Analysis")]
    [InlineData("PerfPlatform.Web", "PerfPlatform.Reports")]
    [InlineData("PerfPlatform.Agent", "PerfPlatform.Contracts")]
    [InlineData("PerfPlatform.Client", "PerfPlatform.Contracts")]
    public void ProjectGraph_WrongReference_IsABreach(string project, string reference) =>
        Assert.Equal([$"{project} refers to {reference}"], ProjectDirections.Breaches(Tree(Project(project, [reference]))));

    [Theory]
    [InlineData("PerfPlatform.Alerting", "PerfPlatform.Contracts")]
    [InlineData("PerfPlatform.Agent", "PerfPlatform.Client")]
    [InlineData("PerfPlatform.Standalone", "PerfPlatform.Analysis")]
    public void ProjectGraph_RightReference_IsNone(string project, string reference) =>
        Assert.Empty(ProjectDirections.Breaches(Tree(Project(project, [reference]))));

    [Theory]
    [InlineData("PerfPlatform.Contracts", "Npgsql")]
    [InlineData("PerfPlatform.Client", "MassTransit")]
    public void Packages_NotAllowed_AreABreach(string project, string package) =>
        Assert.Equal([$"{project} uses the package {package}"], ProjectDirections.Breaches(Tree(Project(project, [], [package]))));

    [Theory]
    [InlineData("AnalysisModule.cs", "services.AddMassTransit(bus => { });", true)]
    [InlineData("AnalysisModule.cs", "builder.AddServiceDefaults();", true)]
    [InlineData("AnalysisModule.cs", "app.UseRouting();", true)]
    [InlineData("AnalysisModule.cs", "// never app.UseRouting()", false)]
    [InlineData("AnalysisModule.cs", "routes.MapGroup(\"/api\");", false)]
    [InlineData("Program.cs", "builder.AddServiceDefaults();", false)]
    public void Module_Calls_AreJudged(string file, string code, bool breach) =>
        Assert.Equal(breach, ModuleRules.Breaches(Tree(Project("PerfPlatform.Analysis", [], [], (file, code)))).Any());

    [Theory]
    [InlineData("PerfPlatform.Contracts", "using Npgsql;", true)]
    [InlineData("PerfPlatform.Contracts", "Microsoft.EntityFrameworkCore.DbContext context;", true)]
    [InlineData("PerfPlatform.Analysis", "using Npgsql;", false)]
    [InlineData("PerfPlatform.Analysis", "using Microsoft.AspNetCore.Components;", true)]
    [InlineData("PerfPlatform.Web", "using Microsoft.AspNetCore.Components;", false)]
    public void Types_Foreign_AreJudged(string project, string code, bool breach) =>
        Assert.Equal(breach, ForeignTypes.Breaches(Tree(Project(project, [], [], ("A.cs", code)))).Any());

    [Theory]
    [InlineData("PerfPlatform.Alerting", "SELECT id FROM metrics.series", true)]
    [InlineData("PerfPlatform.Reports", "INSERT INTO alerting.alerts (id) VALUES (1)", true)]
    [InlineData("PerfPlatform.Web", "CREATE SCHEMA IF NOT EXISTS reports", true)]
    [InlineData("PerfPlatform.Web", "model.HasDefaultSchema(\"metrics\")", true)]
    [InlineData("PerfPlatform.Analysis", "SELECT id FROM metrics.series", false)]
    [InlineData("PerfPlatform.Reports", "DELETE FROM hangfire.job", false)]
    public void Schema_OfAnother_IsABreach(string project, string sql, bool breach) =>
        Assert.Equal(breach, SchemaOwners.Breaches(Tree(Project(project, [], [], ("A.cs", $"var sql = \"{sql}\";")))).Any());

    [Theory]
    [InlineData("Helpers/Text.cs", "class Text;", true)]
    [InlineData("Text.cs", "public static class TextUtils;", true)]
    [InlineData("Text.cs", "internal sealed class ConnectionManager;", true)]
    [InlineData("Store/Uncommon.cs", "class Uncommon;", false)]
    [InlineData("Text.cs", "recurring = new RecurringJobManager();", false)]
    public void Names_Drawers_AreABreach(string file, string code, bool breach) =>
        Assert.Equal(breach, Names.Breaches(Tree(Project("PerfPlatform.Analysis", [], [], (file, code)))).Any());

    private static SourceTree Tree(params SourceProject[] projects) => new(projects);

    private static SourceProject Project(string name, string[] references, string[]? packages = null, params (string Path, string Text)[] files)
    {
        var folder = (name.EndsWith(".Web", StringComparison.Ordinal) ? "web/" : "services/") + name + "/";
        var items = references.Select(reference => $"<ProjectReference Include=\"../{reference}/{reference}.csproj\" />")
            .Concat((packages ?? []).Select(package => $"<PackageReference Include=\"{package}\" />"));
        return SourceProject.Parse(
            folder + name + ".csproj",
            $"<Project><ItemGroup>{string.Concat(items)}</ItemGroup></Project>",
            [.. files.Select(file => new SourceFile(folder + file.Path, file.Text))]);
    }
}
