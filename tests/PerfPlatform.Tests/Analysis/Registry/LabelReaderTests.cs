using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Registry;

/// <summary>Labels as PostgreSQL's <c>jsonb</c> writes them.</summary>
public sealed class LabelReaderTests
{
    private readonly LabelReader _reader = new();

    [Property]
    public bool Read_WhatWasWritten_IsTheSame(KeyValuePair<NonEmptyString, NonNull<string>>[] pairs)
    {
        // What UTF-8 cannot say (half a surrogate pair) cannot be stored either.
        static string Storable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var labels = LabelSet.From(pairs.Select(p => new Label(Storable(p.Key.Get), Storable(p.Value.Get))).DistinctBy(l => l.Name));
        return _reader.Read(Encoding.UTF8.GetBytes(LabelJson.Write(labels))).Equals(labels);
    }

    [Fact]
    public void Read_NamesSortedByLength_AreInCanonicalOrder() =>
        Assert.Equal(LabelSet.Of(("b", "2"), ("aa", "1"), ("host.name", "web-1")), _reader.Read("""{"b": "2", "aa": "1", "host.name": "web-1"}"""u8));

    [Fact]
    public void Read_NothingOrEscapes_Works()
    {
        Assert.Same(LabelSet.Empty, _reader.Read("{}"u8));
        Assert.Equal(LabelSet.Of(("päth", "C:\\x\"\n\u00e4"), ("empty", "")), _reader.Read(Encoding.UTF8.GetBytes("""{"päth": "C:\\x\"\n\u00e4", "empty": ""}""")));
    }

    [Fact]
    public void Read_TheSameTextAgain_IsTheSameString()
    {
        var (first, second) = (_reader.Read("""{"host.name": "web-1"}"""u8), _reader.Read("""{"host.name": "web-1"}"""u8));
        Assert.Same(first[0].Name, second[0].Name);
        Assert.Same(first[0].Value, second[0].Value);
    }
}
