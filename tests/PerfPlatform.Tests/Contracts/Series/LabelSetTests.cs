using System.Text.Json;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Series;

public sealed class LabelSetTests
{
    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void From_AnyOrder_IsTheSameSetAndFingerprint(LabelSet labels, int seed)
    {
        var shuffled = labels.ToArray();
        new Random(seed).Shuffle(shuffled);
        var again = LabelSet.From(shuffled);
        Assert.Equal(labels, again);
        Assert.Equal(labels.GetHashCode(), again.GetHashCode());
        var metric = MetricName.Parse("m");
        Assert.Equal(Fingerprint.Of(metric, labels), Fingerprint.Of(metric, again));
    }

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Equals_AnyTwo_IsEqualityOfPairs(LabelSet left, LabelSet right)
    {
        var same = left.ToHashSet().SetEquals(right);
        Assert.Equal(same, left.Equals(right));
        var metric = MetricName.Parse("m");
        Assert.Equal(same, Fingerprint.Of(metric, left) == Fingerprint.Of(metric, right));
    }

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Indexer_AnyName_FindsWhatALinearSearchFinds(LabelSet labels)
    {
        foreach (var name in new[] { "", "a", "b", "c", "host.name", "le", "zzz", "größe" })
        {
            Assert.Equal(labels.Where(l => l.Name == name).Select(l => l.Value).SingleOrDefault(), labels[name]);
        }
    }

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Only_SomeNames_KeepsThose(LabelSet labels)
    {
        var kept = labels.Only(["a", "le"]);
        Assert.Equal(labels.Where(l => l.Name is "a" or "le"), kept);
    }

    [Property(Arbitrary = [typeof(SeriesArbitraries)])]
    public void Json_AnySet_ComesBack(LabelSet labels) =>
        Assert.Equal(labels, JsonSerializer.Deserialize<LabelSet>(JsonSerializer.Serialize(labels)));

    [Fact]
    public void From_SameNameTwice_SaysWhich() =>
        Assert.Contains("'a' comes twice", Assert.Throws<ArgumentException>(() => LabelSet.Of(("a", "1"), ("b", "2"), ("a", "1"))).Message, StringComparison.Ordinal);

    [Fact]
    public void From_EmptyName_IsRefused() => Assert.Throws<ArgumentException>(() => LabelSet.Of(("", "1")));

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""["a"]""")]
    [InlineData("""{"a":"1","a":"2"}""")]
    [InlineData("""{"":"1"}""")]
    public void Json_OtherShapes_AreRefused(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<LabelSet>(json));

    [Fact]
    public void ToString_TwoLabels_ReadsLikePrometheus() => Assert.Equal("{a=\"1\", b=\"2\"}", LabelSet.Of(("b", "2"), ("a", "1")).ToString());
}
