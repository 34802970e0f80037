using Xunit;

namespace PerfPlatform.Tests.Architecture;

/// <summary>The rule of the floors, tried with made-up rooms, and its reader with the types of <c>Sample</c>.</summary>
public sealed class FloorsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Api>Store Store>Ground Api>Ground")]
    [InlineData("Store>Store")]
    public void Breaches_Floors_None(string uses) => Assert.Empty(Floors.Breaches(Uses(uses)));

    [Theory]
    [InlineData("A>B B>A", "A -> B -> A: OfA uses OfB, OfB uses OfA")]
    [InlineData("A>B B>C C>D D>A C>A", "A -> B -> C -> A: OfA uses OfB, OfB uses OfC, OfC uses OfA")] // the shortest tells it
    [InlineData("Z>A A>B B>A", "A -> B -> A: OfA uses OfB, OfB uses OfA")] // who stands above a circle is not in it
    [InlineData("A>B B>A C>D D>C A>C", "A -> B -> A: OfA uses OfB, OfB uses OfA; C -> D -> C: OfC uses OfD, OfD uses OfC")]
    public void Breaches_Circle_NamesTheTypesOfTheShortest(string uses, string breaches) =>
        Assert.Equal(breaches.Split("; "), Floors.Breaches(Uses(uses)));

    [Theory]
    [InlineData("UsesBase")]
    [InlineData("UsesConstraint`1")]
    [InlineData("UsesField")]
    [InlineData("UsesParameter")]
    [InlineData("UsesGenericArgument")]
    [InlineData("UsesAttribute")]
    [InlineData("UsesNameInAttribute")]
    [InlineData("UsesInCode")]
    [InlineData("UsesInLambda")]
    [InlineData("UsesInAsync")]
    [InlineData("UsesInNested")]
    [InlineData("UsesCaught")]
    public void Read_UseOfAnyForm_IsSeen(string type) => Assert.Contains(
        new TypeUse("PerfPlatform.Tests.Architecture.Sample.Upper", type, "PerfPlatform.Tests.Architecture.Sample.Lower", type == "UsesAttribute" ? "LowerAttribute" : type == "UsesCaught" ? "LowerException" : "LowerType"),
        Sample());

    [Fact]
    public void Read_Roof_IsARoomOfItsOwn()
    {
        var uses = Sample().Where(use => use.Type.StartsWith("Roof", StringComparison.Ordinal)).Select(use => $"{use.Room} {use.UsedRoom}");

        Assert.Equal(
            [
                "PerfPlatform.Tests.Architecture.Sample.Lower.RoofExtensions PerfPlatform.Tests.Architecture.Sample.Upper",
                "PerfPlatform.Tests.Architecture.Sample.Lower.RoofModule PerfPlatform.Tests.Architecture.Sample.Upper",
            ],
            uses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_SampleWithoutCircle_KeepsTheFloors() => Assert.Empty(Floors.Breaches(Sample()));

    private static IReadOnlyCollection<TypeUse> Sample() => AssemblyUses.Read(typeof(FloorsTests).Assembly.Location, "PerfPlatform.Tests.Architecture.Sample");

    private static IEnumerable<TypeUse> Uses(string uses) =>
        uses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(use => use.Split('>')).Select(use => new TypeUse(use[0], "Of" + use[0], use[1], "Of" + use[1]));
}
