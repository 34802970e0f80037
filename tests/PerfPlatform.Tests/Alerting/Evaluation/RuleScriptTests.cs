using Xunit;

namespace PerfPlatform.Tests.Alerting.Evaluation;

/// <summary>Every case of <c>testdata/*.test</c>; to add one, write it there.</summary>
public sealed class RuleScriptTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Alerting", "testdata");

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(s_folder, "*.test").Order(StringComparer.Ordinal))
        {
            foreach (var script in RuleScript.Read(File.ReadAllText(file))) cases.Add(Path.GetFileName(file), script.Name);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_Case_FiresAndResolvesAsWritten(string file, string name)
    {
        var script = RuleScript.Read(File.ReadAllText(Path.Combine(s_folder, file))).Single(s => s.Name == name);
        Assert.Equal(script.Expected, script.Run());
    }
}
